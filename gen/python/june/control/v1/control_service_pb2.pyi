from google.api import annotations_pb2 as _annotations_pb2
from june.control.v1 import control_pb2 as _control_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
