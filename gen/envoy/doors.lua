-- Written by `make gen` from the google.api.http annotations in proto/.
return {
  unknown = "is unknown",
  twice = "is given twice",
  not_json = "the body is not valid JSON",
  not_an_object = "the body must be a JSON object",
  no_path = "nothing is served at this path",
  foreign = "a page from elsewhere may change nothing here",
  not_allowed = "the method is not allowed at this path",
  faults = {bool = "must be true or false", string = "must be text", number = "must be a number", int32 = "must be a whole number from -2147483648 to 2147483647", uint32 = "must be a whole number from 0 to 4294967295", duration = "must be seconds with an s, such as 1.5s", list = "must be a list", object = "must be an object"},
  ranges = {int32 = {-2147483648, 2147483647}, uint32 = {0, 4294967295}},
  services = {
    ["june.control.v1.ControlService"] = {
      {path = "/api/streaming/configure", verb = "POST", allow = "OPTIONS, POST", streams = false, query = {etag = "string"}, prefix = "config.", body = {streaming_enabled = "bool", concurrent_tts = "bool", partial_support = "bool", min_sentence_chars = "uint32", max_output_tokens = "uint32", tts_first_chunk_ms = "uint32", tts_chunk_ms = "uint32", end_silence_ms = "uint32", eager_end_silence_ms = "uint32", max_turn_ms = "uint32", voice = "string", language = "string", exaggeration = "number", cfg_weight = "number", brain_model = "string", system_instruction = "string", stt_streaming = "bool", stt_partials = "bool", tts_streaming = "bool", filler_after_ms = "uint32", lexicon = "string", follow_language = "bool", temperature = "number", thinking_level = "string", safety_settings = "string", history_tokens = "uint32"}},
      {path = "/streaming/configure", verb = "POST", allow = "OPTIONS, POST", streams = false, query = {etag = "string"}, prefix = "config.", body = {streaming_enabled = "bool", concurrent_tts = "bool", partial_support = "bool", min_sentence_chars = "uint32", max_output_tokens = "uint32", tts_first_chunk_ms = "uint32", tts_chunk_ms = "uint32", end_silence_ms = "uint32", eager_end_silence_ms = "uint32", max_turn_ms = "uint32", voice = "string", language = "string", exaggeration = "number", cfg_weight = "number", brain_model = "string", system_instruction = "string", stt_streaming = "bool", stt_partials = "bool", tts_streaming = "bool", filler_after_ms = "uint32", lexicon = "string", follow_language = "bool", temperature = "number", thinking_level = "string", safety_settings = "string", history_tokens = "uint32"}},
      {path = "/api/streaming/status", verb = "GET", allow = "GET, HEAD, OPTIONS", streams = false, query = {}},
      {path = "/streaming/status", verb = "GET", allow = "GET, HEAD, OPTIONS", streams = false, query = {}},
      {path = "/", verb = "GET", allow = "GET, HEAD, OPTIONS", streams = false, query = {}},
      {path = "/api/streaming/status/watch", verb = "GET", allow = "GET, HEAD, OPTIONS", streams = true, query = {}},
      {path = "/streaming/status/watch", verb = "GET", allow = "GET, HEAD, OPTIONS", streams = true, query = {}},
    },
    ["june.metrics.v1.MetricsService"] = {
      {path = "/api/streaming/metrics", verb = "GET", allow = "GET, HEAD, OPTIONS", streams = false, query = {all_replicas = "bool"}},
      {path = "/streaming/metrics", verb = "GET", allow = "GET, HEAD, OPTIONS", streams = false, query = {all_replicas = "bool"}},
      {path = "/api/streaming/metrics/watch", verb = "GET", allow = "GET, HEAD, OPTIONS", streams = true, query = {interval = "duration", all_replicas = "bool"}},
      {path = "/streaming/metrics/watch", verb = "GET", allow = "GET, HEAD, OPTIONS", streams = true, query = {interval = "duration", all_replicas = "bool"}},
    },
    ["june.orchestrator.v1.OrchestratorService"] = {
      {path = "/stream-to-room", verb = "POST", allow = "OPTIONS, POST", streams = false, query = {}, prefix = "", body = {text = "string", room = "string", language = "string", exaggeration = "number", cfg_weight = "number"}},
    },
  },
}
