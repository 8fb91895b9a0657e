-- JSON, as far as strict.lua must read it: what kind of value it is, and of an object the
-- names in it, in order, with the kind and value of each.

local M = {}

local MAX_DEPTH = 200

-- A character's bytes.
local function utf8(code)
  if code < 0x80 then return string.char(code) end
  if code < 0x800 then return string.char(0xC0 + math.floor(code / 0x40), 0x80 + code % 0x40) end
  if code < 0x10000 then
    return string.char(0xE0 + math.floor(code / 0x1000), 0x80 + math.floor(code / 0x40) % 0x40,
      0x80 + code % 0x40)
  end
  return string.char(0xF0 + math.floor(code / 0x40000), 0x80 + math.floor(code / 0x1000) % 0x40,
    0x80 + math.floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
end

local ESCAPES = {b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\",
  ["/"] = "/"}

local function skip(text, at)
  return text:find("[^ \t\r\n]", at) or #text + 1
end

-- The string that begins at `at`, and where it ends.
local function read_string(text, at)
  local parts, i = {}, at + 1
  while true do
    local stop = text:find('["\\%c]', i) or error("no end")
    parts[#parts + 1] = text:sub(i, stop - 1)
    local mark = text:sub(stop, stop)
    if mark == '"' then return table.concat(parts), stop + 1 end
    if mark == "\127" then
      parts[#parts + 1] = mark
      i = stop + 1
    elseif mark ~= "\\" then
      error("a control character")
    else
      local escape = text:sub(stop + 1, stop + 1)
      i = stop + 2
      if escape == "u" then
        local code = tonumber(text:match("^%x%x%x%x", i) or error("no escape"), 16)
        i = i + 4
        local low = code >= 0xD800 and code < 0xDC00 and text:match("^\\u([dD][c-fC-F]%x%x)", i)
        if low then
          code = 0x10000 + (code - 0xD800) * 0x400 + tonumber(low, 16) - 0xDC00
          i = i + 6
        end
        parts[#parts + 1] = utf8(code)
      else
        parts[#parts + 1] = ESCAPES[escape] or error("no escape")
      end
    end
  end
end

local function read_number(text, at)
  local digits = text:match("^-?0", at) or text:match("^-?[1-9]%d*", at) or error("no value")
  local fraction = text:match("^%.%d+", at + #digits) or ""
  local exponent = text:match("^[eE][+-]?%d+", at + #digits + #fraction) or ""
  local written = digits .. fraction .. exponent
  return tonumber(written), at + #written
end

local read_value

-- Reads "[...]" or "{...}"; `each` reads one item and returns where it ends.
local function read_items(text, at, closing, each)
  at = skip(text, at + 1)
  if text:sub(at, at) == closing then return at + 1 end
  while true do
    at = skip(text, each(at))
    local mark = text:sub(at, at)
    if mark == closing then return at + 1 end
    if mark ~= "," then error("no comma") end
    at = skip(text, at + 1)
  end
end

-- The names and values of an object, in order: {{name, kind, value}...}
local function read_object(text, at, depth)
  local members = {}
  local stop = read_items(text, at, "}", function(i)
    if text:sub(i, i) ~= '"' then error("no name") end
    local name, colon = read_string(text, i)
    colon = skip(text, colon)
    if text:sub(colon, colon) ~= ":" then error("no colon") end
    local kind, value, after = read_value(text, skip(text, colon + 1), depth)
    members[#members + 1] = {name = name, kind = kind, value = value}
    return after
  end)
  return members, stop
end

function read_value(text, at, depth)
  if depth > MAX_DEPTH then error("too deep") end
  local mark = text:sub(at, at)
  if mark == "{" then
    local members, stop = read_object(text, at, depth + 1)
    return "object", members, stop
  elseif mark == "[" then
    return "list", nil, read_items(text, at, "]", function(i)
      local _, _, after = read_value(text, i, depth + 1)
      return after
    end)
  elseif mark == '"' then
    local value, stop = read_string(text, at)
    return "string", value, stop
  end
  for word, kind in pairs({["true"] = "bool", ["false"] = "bool", null = "null"}) do
    if text:sub(at, at + #word - 1) == word then return kind, nil, at + #word end
  end
  local number, stop = read_number(text, at)
  return "number", number, stop
end

-- The kind of a text, and of an object its members: {{name, kind, value}...}. Raises where
-- it is no JSON.
function M.parse(text)
  local kind, members, stop = read_value(text, skip(text, 1), 0)
  if skip(text, stop) <= #text then error("more than one value") end
  return kind, members
end

return M
