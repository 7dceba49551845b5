"""Many dot products at once, about right: in 8 bits, ten times as fast as exactly.

To find the nearest of 20,000 texts it is enough to know which few may be; those are compared
exactly afterwards.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LARGEST = 127
"""Codes of the many vectors keep to 8 bits with a sign."""

LARGEST_ASKED = 63
"""Those of the one vector to 7: with 8, processors without VNNI overflow where two products are
added in 16 bits (onnxruntime's documentation of quantisation, "reduce_range")."""

MIDDLE = LARGEST_ASKED + 1

BESIDE = 16
"""Values of which only the greatest is looked at first."""


def greatest(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Where the `count` greatest of many values stand (all, if there are fewer), in no order.

    They stand in columns whose greatest are the greatest: so most values are seen only once.
    """
    if len(values) <= count:
        return np.arange(len(values))
    width = len(values) // BESIDE
    if width <= count:
        return np.argpartition(values, -count)[-count:]
    columns = values[: width * BESIDE].reshape(BESIDE, width)
    best = np.argpartition(columns.max(axis=0), -count)[-count:]
    there = (best + np.arange(BESIDE)[:, None] * width).ravel()
    there = np.concatenate([there, np.arange(width * BESIDE, len(values))])
    return there[np.argpartition(values[there], -count)[-count:]]


class Rough:
    """Vectors of length 1, shape (n, width), made ready to be multiplied with one (width,).

    Of vectors of e5's a product is off by 0.0006 in the mean, by 0.004 at most.
    """

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        import onnxruntime
        from onnx import TensorProto, helper, numpy_helper

        self._scale = np.maximum(np.abs(vectors).max(axis=1), 1e-12).astype(np.float32) / LARGEST
        codes = np.round(vectors / self._scale[:, None]).astype(np.int8)
        count, width = codes.shape
        graph = helper.make_graph(
            [helper.make_node("MatMulInteger", ["asked", "codes", "middle"], ["products"])],
            "rough",
            [helper.make_tensor_value_info("asked", TensorProto.UINT8, [1, width])],
            [helper.make_tensor_value_info("products", TensorProto.INT32, [1, count])],
            [
                numpy_helper.from_array(np.ascontiguousarray(codes.T), "codes"),
                numpy_helper.from_array(np.array(MIDDLE, np.uint8), "middle"),
            ],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
        model.ir_version = 9
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def products(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """With each of the vectors, shape (n,)."""
        scale = max(float(np.abs(vector).max()), 1e-12) / LARGEST_ASKED
        asked = (np.round(vector / scale) + MIDDLE).astype(np.uint8)
        (found,) = self._session.run(["products"], {"asked": asked[None]})
        return np.asarray(found[0] * (self._scale * np.float32(scale)), dtype=np.float32)
