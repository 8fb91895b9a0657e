"""What June's services share: it knows no transcript, prompt or voice."""

import os

# gRPC's core writes a line to stderr for every connection that closes; it reads
# this once, when gRPC is first imported, which is after this file.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # noqa: TID251  set, not read
