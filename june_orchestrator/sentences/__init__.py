"""A model's text cut into sentences worth speaking, while it arrives."""

from june_orchestrator.sentences.limits import SentenceLimits
from june_orchestrator.sentences.splitter import SentenceSplitter

__all__ = ["SentenceLimits", "SentenceSplitter"]
