"""The conversation's ports over gRPC."""
