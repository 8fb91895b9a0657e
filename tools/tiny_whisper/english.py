"""What is said in English: sentences with slots, and what may stand in these."""

SLOTS: dict[str, tuple[str, ...]] = {
    "digit": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "number": tuple(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty".split()
    ),
    "hour": tuple("one two three four five six seven eight nine ten eleven twelve".split()),
    "unit": ("seconds", "minutes", "hours"),
    "day": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "when": ("today", "tomorrow", "tonight", "now", "on {day}", "in the {part}"),
    "part": ("morning", "afternoon", "evening"),
    "city": ("london", "paris", "berlin", "boston"),
    "weather": ("cold", "warm", "hot", "sunny", "cloudy", "windy"),
    "falls": ("rain", "snow"),
    "room": ("kitchen", "bedroom", "bathroom", "garden", "living room", "office", "garage"),
    "device": ("light", "lights", "radio", "heating", "television", "music"),
    "opening": ("window", "door"),
    "thing": ("table", "chair", "lamp", "window", "door", "car", "house", "book"),
    "colour": ("red", "green", "blue", "yellow", "white", "black", "orange", "purple"),
    "switch": ("on", "off"),
    "drink": ("coffee", "tea", "water", "milk"),
    "name": ("june", "anna", "peter", "mary"),
    "genre": ("some", "loud", "quiet", "nice"),
    "verb": ("plus", "minus", "times"),
    "side": ("left", "right"),
}

TEMPLATES: tuple[str, ...] = (
    # greetings and small talk
    "hello", "hello june", "hi june", "hello june how are you", "hello how are you today",
    "good {part}", "good {part} june", "good night", "goodbye", "see you {when}", "see you on {day}",
    "thank you", "thank you", "thank you very much", "thanks", "no thank you", "thank you june",
    "yes", "no", "yes please", "yes i do", "no i do not", "okay", "sorry", "please",
    "what is your name", "my name is {name}", "i am fine thank you", "nice to meet you",
    "tell me a joke", "tell me a story", "tell me a story about a {colour} {thing}",
    "what can you do", "can you hear me", "can you help me please", "how old are you",
    "i do not know", "please say that again", "what did you say", "that is right", "that is wrong",
    "have a nice day", "who are you", "where are you", "wait a minute please", "i like {drink}",
    "do you like {drink}", "i like the {colour} {thing}", "call {name} {when}", "call {name}",
    # time and days
    "what time is it", "what time is it in {city}", "what time is it now",
    "it is {hour} o'clock", "it is half past {hour}", "it is {number} minutes past {hour}",
    "what day is it {when}", "today is {day}", "tomorrow is {day}", "on {day} i am in {city}",
    "the meeting is on {day} at {hour} o'clock", "what is on {day}", "i will see {name} on {day}",
    # weather
    "what's the weather like", "what's the weather like {when}", "what is the weather like in {city}",
    "what's the weather like in {city} {when}", "will it {falls} {when}", "will it {falls} in {city} {when}",
    "is it {weather} in {city}", "is it {weather} {when}", "it will be {weather} and {weather} {when}",
    "it is {weather} and {weather} in {city} today", "how {weather} is it in {city}",
    # timers
    "set a timer for {number} {unit}", "set a timer for {number} minutes please",
    "set an alarm for {hour} o'clock in the {part}", "set an alarm for {hour} o'clock on {day}",
    "wake me up at {hour} o'clock {when}", "stop the timer", "stop the alarm", "stop the timer please",
    "how long is the timer", "remind me in {number} {unit} to call {name}",
    "remind me {when} to open the {opening}", "start the timer now",
    # rooms
    "turn {switch} the {device}", "turn {switch} the {device} in the {room}", "turn the {device} {switch}",
    "turn the {device} in the {room} {switch} please", "make the lights in the {room} {colour}",
    "make the light {colour}", "open the {opening}", "close the {opening}",
    "open the {opening} in the {room}", "close the {opening} in the {room} please",
    "is the {device} on in the {room}", "is the {opening} in the {room} open",
    "the {thing} in the {room} is {colour}", "the {thing} is {colour} and the {thing} is {colour}",
    "where is the {thing}", "where is the {colour} {thing}", "who is in the {room}",
    "is {name} in the {room}", "i am in the {room}", "make a cup of {drink}",
    "a cup of {drink} please", "can you turn {switch} the {device} in the {room} please",
    # music
    "play some music", "play {genre} music", "play {genre} music in the {room}", "play the next song",
    "play that song again", "stop the music", "stop", "pause", "stop it please", "play",
    "turn it up", "turn it down", "turn the music down in the {room}", "next", "again",
    # numbers and ways
    "{digit}", "{digit} {digit}", "{digit} {digit} {digit}", "{digit} {digit} {digit} {digit}",
    "{digit} {digit} {digit} {digit} {digit} {digit}", "my number is {digit} {digit} {digit} {digit}",
    "call {digit} {digit} {digit} {digit} {digit} {digit} please", "{number}",
    "what is {number} {verb} {number}", "{number} {verb} {number} is {number}",
    "go forward {number} meters", "go back {number} meters", "turn {side}", "turn {side} now",
    "go {side} at the {colour} {thing}", "go to the {room}", "{colour}", "{day}",
    "red green and blue", "{colour} and {colour}",
)  # fmt: skip
