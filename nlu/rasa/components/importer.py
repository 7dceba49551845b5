"""Lets Rasa read the sentence files and the articles' questions as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Union

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_model_configuration

from nlu import articles, sentences
from nlu.routes import faq

ARTICLES = Path(__file__).parents[3] / "knowledge" / "content" / "articles"


class SentencesImporter(TrainingDataImporter):
    """Examples from a `.json` file of (text, route) pairs, else from the project's own files."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
        **kwargs: Any,
    ) -> None:
        paths = (
            [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths
        )
        self._config_file = config_file
        self._files = [Path(p) for p in paths or [] if str(p).endswith(".json")]

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """Every example as a message with its intent."""
        return TrainingData(
            [Message.build(text=text, intent=route) for text, route in self._pairs()]
        )

    def _pairs(self) -> List[List[str]]:
        if self._files:
            return [pair for file in self._files for pair in json.loads(file.read_text("utf-8"))]
        pairs = [[sentence.text, sentence.route] for sentence in sentences.load_leniently()]
        return pairs + [
            [question.text, faq(question.topic)] for question in articles.questions(ARTICLES)
        ]

    def get_domain(self) -> Domain:
        """None: there is no dialogue here."""
        return Domain.empty()

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        """None."""
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        """None."""
        return StoryGraph([])

    def get_config(self) -> Dict[Text, Any]:
        """The pipeline."""
        if not self._config_file:
            return {}
        return dict(read_model_configuration(self._config_file))

    def get_config_file_for_auto_config(self) -> Optional[Text]:
        """The pipeline's file."""
        return self._config_file
