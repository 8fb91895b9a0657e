"""Silero's model with room for several streams in one call. Pure.

The file that faster-whisper ships takes the windows of one stream: its recurrent
layer walks along them. What walks along them is one permutation of axes, and that
one of them is the only axis of the state is only declared. With the two changed,
each row is a stream of its own, the results stay the same to the last bit and a
window in a batch of 32 costs two thirds of one alone.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

# Message -> field -> (number, type, repeated), of onnx.proto: only what is touched.
# Everything else in the file is kept as it is, for protobuf keeps unknown fields.
_ONNX: dict[str, dict[str, tuple[int, str, bool]]] = {
    "Model": {"graph": (7, "Graph", False)},
    "Graph": {
        "node": (1, "Node", True),
        "input": (11, "Value", True),
        "output": (12, "Value", True),
        "value_info": (13, "Value", True),
    },
    "Node": {
        "output": (2, "string", True),
        "op_type": (4, "string", False),
        "attribute": (5, "Attribute", True),
    },
    "Attribute": {"name": (1, "string", False), "ints": (8, "int64", True)},
    "Value": {"name": (1, "string", False), "type": (2, "Type", False)},
    "Type": {"tensor_type": (1, "Tensor", False)},
    "Tensor": {"shape": (2, "Shape", False)},
    "Shape": {"dim": (1, "Dimension", True)},
    "Dimension": {"dim_value": (1, "int64", False), "dim_param": (2, "string", False)},
}
_PACKAGE = "june_onnx"
# From (streams, features, time) to what the recurrent layer takes: (time, streams, features).
_ALONG_ROWS, _BESIDE_ROWS = [0, 2, 1], [2, 0, 1]
_STATES = ("h", "c", "hn", "cn")


def batched(onnx: bytes) -> bytes:
    """The model with inputs of (streams, 576) samples and states of (1, streams, 128).

    Raises:
        ValueError: this is not the model that is known here.
    """
    model = _model_class()()
    try:
        model.ParseFromString(onnx)
    except DecodeError as broken:
        raise ValueError("this is no ONNX file") from broken
    graph = model.graph
    permutation = _permutation_before_lstm(graph)
    if list(permutation.ints) != _ALONG_ROWS:
        raise ValueError("the recurrent layer does not take what was expected")
    permutation.ints[:] = _BESIDE_ROWS
    for value in (*graph.input, *graph.output):
        if value.name in _STATES:
            streams = value.type.tensor_type.shape.dim[1]
            streams.ClearField("dim_value")
            streams.dim_param = "streams"
    del graph.value_info[:]  # the shapes in between are inferred anew
    serialized: bytes = model.SerializeToString()
    return serialized


def _permutation_before_lstm(graph: Any) -> Any:
    kinds = [node.op_type for node in graph.node]
    if kinds.count("LSTM") != 1:
        raise ValueError("this is not Silero's model")
    before = graph.node[kinds.index("LSTM") - 1]
    for attribute in before.attribute:
        if before.op_type == "Transpose" and attribute.name == "perm":
            return attribute
    raise ValueError("the recurrent layer does not take what was expected")


def _model_class() -> Any:
    kinds = FieldDescriptorProto
    file = FileDescriptorProto(name=f"{_PACKAGE}.proto", package=_PACKAGE, syntax="proto2")
    scalars = {"string": kinds.TYPE_STRING, "int64": kinds.TYPE_INT64}
    for message, fields in _ONNX.items():
        described = file.message_type.add(name=message)
        for name, (number, kind, repeated) in fields.items():
            field = described.field.add(name=name, number=number)
            field.label = kinds.LABEL_REPEATED if repeated else kinds.LABEL_OPTIONAL
            field.type = scalars.get(kind, kinds.TYPE_MESSAGE)
            if kind not in scalars:
                field.type_name = f".{_PACKAGE}.{kind}"
    pool = DescriptorPool()
    pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Model"))
