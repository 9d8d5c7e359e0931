"""Requests of these tests run with the website's rights."""

from tests.application_role import under_application_role

__all__ = ["under_application_role"]
