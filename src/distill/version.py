"""The version, told by the installed package: written down in one place only (pyproject.toml)."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["VERSION"]

try:
    VERSION = version("distill")
except PackageNotFoundError:  # run from a source tree that is not installed
    VERSION = "unknown"
