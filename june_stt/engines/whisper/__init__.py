"""Whisper through faster-whisper and CTranslate2.

mel and spans hear one utterance (pure), doubts judges what was decoded (pure), queue
says what is decoded next (pure), tokens and model know faster-whisper, engine joins
them for many streams.
"""
