"""multilingual-e5-small, run by onnxruntime with SentencePiece's tokenizer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.e5_file import E5File, Vocabulary, model_path
from nlu.e5_graph import build

PREFIX = "query: "
"""What the model was trained to find before a short text (its model card)."""


class E5:
    """The encoder, ready to be called from several threads at once.

    Raises `UnknownModelFile` for a package whose model file has another form.
    """

    def __init__(self, *, threads: int = 1) -> None:
        import onnxruntime

        self._file = E5File(model_path())
        words = self._file.vocabulary()
        self._begin, self._end, self._normal = words.begin, words.end, words.normal
        self._tokenizer = _tokenizer(words)
        places = self._file.floats("emb.pos").reshape(-1, self._file.hidden)
        self._places = places + self._file.floats("emb.type")[: self._file.hidden]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            build(self._file), options, providers=["CPUExecutionProvider"]
        )

    def pieces(self, text: str) -> list[int]:
        """The ids that the network gets; what is over its length is cut."""
        plain = (PREFIX + text).translate(self._normal)
        while "  " in plain:
            plain = plain.replace("  ", " ")
        inner: list[int] = self._tokenizer.encode(plain)
        return [self._begin, *inner[: self._file.longest - 2], self._end]

    def query(self, text: str) -> NDArray[np.float32]:
        """The vector of a text, of length 1; shape (384,)."""
        ids = np.asarray(self.pieces(text), dtype=np.int64)
        words = self._file.words(ids) + self._places[: len(ids)]
        (vector,) = self._session.run(["vector"], {"words": words[None].astype(np.float32)})
        found: NDArray[np.float32] = vector[0]
        return found


def _tokenizer(words: Vocabulary) -> Any:
    """SentencePiece's processor with the model's pieces; characters come normalised."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    proto: Any = sentencepiece_model_pb2  # its classes are made at import
    kinds = proto.ModelProto.SentencePiece
    controls = (words.begin, words.end, words.pad)
    model = proto.ModelProto()
    for at, (piece, score) in enumerate(zip(words.pieces, words.scores.tolist(), strict=True)):
        kind = kinds.UNKNOWN if at == words.unknown else kinds.NORMAL
        model.pieces.add(piece=piece, score=score, type=kinds.CONTROL if at in controls else kind)
    model.trainer_spec.model_type = model.trainer_spec.UNIGRAM
    model.trainer_spec.bos_id, model.trainer_spec.eos_id = words.begin, words.end
    model.trainer_spec.pad_id, model.trainer_spec.unk_id = words.pad, words.unknown
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.remove_extra_whitespaces = False
    return sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())
