"""The tree that proves the logs: pure, without database and framework, so that anyone can check with it alone."""
