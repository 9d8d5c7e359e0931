from django.apps import AppConfig


class CityConfig(AppConfig):
    """The demonstration city."""

    name = "anxin.city"
    label = "city"
