"""The `june` command."""
