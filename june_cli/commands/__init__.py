"""One file per command of `june`; each holds one function called `command`."""
