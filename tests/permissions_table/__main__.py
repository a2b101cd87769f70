"""Write the table anew, or its lines of the addresses that begin as the arguments do."""

import os
import sys

import pytest

from tests.permissions_table import REWRITE

os.environ[REWRITE] = " ".join(sys.argv[1:]) or "/"
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "tests/test_permissions.py", "-k", "answers_as_approved"]))
