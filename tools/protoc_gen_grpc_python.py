"""A protoc plugin that writes gRPC service stubs for Python.

grpcio-tools carries that generator inside its own protoc only; buf needs it as a
plugin: a program that reads a CodeGeneratorRequest and writes a response.
"""

import sys
import tempfile
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc


def main() -> None:
    request = CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    response = CodeGeneratorResponse(
        supported_features=CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL
    )
    with tempfile.TemporaryDirectory() as folder:
        protos, out = Path(folder, "protos.binpb"), Path(folder, "out")
        protos.write_bytes(FileDescriptorSet(file=request.proto_file).SerializeToString())
        out.mkdir()
        status = protoc.main(
            [
                "protoc",
                f"--descriptor_set_in={protos}",
                f"--grpc_python_out={out}",
                *request.file_to_generate,
            ]
        )
        if status:
            sys.exit(status)
        for path in sorted(out.rglob("*.py")):
            response.file.add(name=str(path.relative_to(out)), content=path.read_text())
    sys.stdout.buffer.write(response.SerializeToString())


if __name__ == "__main__":
    main()
