"""Puts a sentence's e5 vector on the message, and into the answer of `/model/parse`."""

from __future__ import annotations

import base64
from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.embed import E5Encoder
from nlu.normalise import for_model

VECTOR = "e5_vector"
EMBEDDING = "embedding"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class E5Featurizer(GraphComponent):
    """Embeds messages, one by one."""

    def __init__(self, config: Dict[str, Any]) -> None:
        self._encoder = E5Encoder()
        self._embeds_training = config.get("embed_training_texts", True)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "E5Featurizer":
        """Called by Rasa."""
        return cls(config)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "E5Featurizer":
        """Called by Rasa before serving; the weights are read now and not with the first text."""
        made = cls(config)
        made._encoder.embed("")
        return made

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`embed_training_texts`: false where the classifier gets a head that is fitted."""
        return {"embed_training_texts": True}

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Put each training example's vector on it, if it is to be learnt from."""
        if not self._embeds_training:
            return training_data
        for message in training_data.training_examples:
            message.set(VECTOR, self._encoder.embed(for_model(message.get(TEXT) or "")))
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Embed live messages; the vector goes along in the answer (base64 of float32)."""
        for message in messages:
            vector = self._encoder.embed(for_model(message.get(TEXT) or ""))
            message.set(VECTOR, vector)
            packed = base64.b64encode(vector.astype(np.float32).tobytes()).decode("ascii")
            message.set(EMBEDDING, packed, add_to_output=True)
        return messages
