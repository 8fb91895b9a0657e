"""The `june` command."""

# Before anything imports grpc: it settles how much grpc says on its own.
import june_runtime  # noqa: F401
