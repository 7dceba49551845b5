"""The head as a Rasa intent classifier: `nlu.head` fitted, packed with the model, evaluated."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.features import places
from nlu.fitting import fit
from nlu.head import Head
from nlu.normalise import for_model
from nlu.rasa.components.featurizer import VECTOR

RANKING = "intent_ranking"
FILE = "head.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HeadClassifier(GraphComponent):
    """Weights over the vector and the characters; the file is the one the application reads."""

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        head: Head | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._head = head

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "HeadClassifier":
        """Called by Rasa before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "HeadClassifier":
        """Called by Rasa before serving."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Head.load(folder / FILE))

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`fitted`: a head that was fitted to these very sentences already, or null."""
        return {"fitted": None}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the head to the examples (or take the fitted one) and keep it in the model."""
        if self._config.get("fitted"):
            self._head = Head.load(Path(self._config["fitted"]))
        else:
            examples = training_data.intent_examples
            self._head = fit(
                [places(for_model(message.get(TEXT) or "")) for message in examples],
                np.stack([message.get(VECTOR) for message in examples]),
                [message.get(INTENT) for message in examples],
            ).head
        with self._storage.write_to(self._resource) as folder:
            self._head.save(folder / FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Rank the routes of live messages."""
        assert self._head is not None
        for message in messages:
            text = for_model(message.get(TEXT) or "")
            ranking = [
                {INTENT_NAME_KEY: label, PREDICTED_CONFIDENCE_KEY: probability}
                for label, probability in self._head.ranked(text, message.get(VECTOR))
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(RANKING, ranking, add_to_output=True)
        return messages
