-- Refuses what the transcoder behind it would let through or answer in its own words:
-- unknown paths, methods, parameters and fields, and bodies that are no JSON. What it
-- says is what june_runtime/http*.py says; gen/envoy/doors.lua, made from the protos,
-- tells it which doors there are.

local doors = require("doors")
local json = require("json")

local M = {}

local MAX_MESSAGE, MAX_FIELDS, MAX_FIELD_NAME = 400, 10, 64
local CHARACTER = "[%z\1-\127\194-\244][\128-\191]*"

-- What is wrong with a request: {{path, text}...}

local WHOLE = {"^%-?%d+$"}
local DECIMAL = {"^%-?%d+$", "^%-?%d+%.%d+$", "^%-?%d+[eE][+-]?%d+$", "^%-?%d+%.%d+[eE][+-]?%d+$"}

-- A number, which may come as text.
local function as_number(kind, value, patterns)
  if kind == "number" then return value end
  for _, pattern in ipairs(patterns) do
    if kind == "string" and value:match(pattern) then return tonumber(value) end
  end
end

local function fits(wanted, kind, value)
  if wanted == "" or kind == "null" then return true end
  if wanted == "bool" or wanted == "string" then return kind == wanted end
  if wanted == "duration" then
    return kind == "string" and value:match("^%-?%d+%.?%d*s$") ~= nil
  end
  local number = as_number(kind, value, wanted == "number" and DECIMAL or WHOLE)
  if not number then return false end
  if wanted == "number" then return math.abs(number) <= 3.4028235e38 end
  local least, most = unpack(doors.ranges[wanted])
  return number >= least and number <= most and number == math.floor(number)
end

-- Notes a fault; of a field that has one already the last counts.
local function fault(faults, path, text)
  local noted = faults[path]
  if noted then
    noted.text = text
  else
    faults[path] = {path = path, text = text}
    faults[#faults + 1] = faults[path]
  end
end

local function check(members, fields, prefix, faults)
  local seen = {}
  for _, member in ipairs(members) do
    local field = fields[member.name]
    if not field then
      fault(faults, prefix .. member.name, doors.unknown)
    elseif seen[field.name] then
      fault(faults, prefix .. field.name, doors.twice)
    else
      seen[field.name] = true
      if not fits(field.kind, member.kind, member.value) then
        fault(faults, prefix .. field.name, doors.faults[field.kind])
      end
    end
  end
end

local function decoded(text)
  text = text:gsub("+", " ")
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- The query as members of an object.
local function parameters(query)
  local members = {}
  for pair in query:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    value = decoded(value)
    local kind = (value == "true" or value == "false") and "bool" or "string"
    members[#members + 1] = {name = decoded(name), kind = kind, value = value}
  end
  return members
end

-- Answers

local function clipped(text, length)
  local characters = {}
  for character in text:gmatch(CHARACTER) do characters[#characters + 1] = character end
  if #characters <= length then return text end
  return table.concat(characters, "", 1, length - 3) .. "..."
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
end

local function status(code, reason, message, faults)
  local details = ('{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":%s,'
    .. '"domain":"june","metadata":{}}'):format(quoted(reason))
  local violations = {}
  for i = 1, math.min(#(faults or {}), MAX_FIELDS) do
    violations[i] = ('{"field":%s,"description":%s,"reason":""}'):format(
      quoted(clipped(faults[i].path, MAX_FIELD_NAME)), quoted(faults[i].text))
  end
  if #violations > 0 then
    details = details .. ',{"@type":"type.googleapis.com/google.rpc.BadRequest",'
      .. '"field_violations":[' .. table.concat(violations, ",") .. "]}"
  end
  return ('{"code":%d,"message":%s,"details":[%s]}'):format(
    code, quoted(clipped(message, MAX_MESSAGE)), details)
end

-- Tells envoy.yaml that it need not make JSON of what Envoy says to this caller.
local function as_is(handle)
  handle:streamInfo():dynamicMetadata():set("june", "as_is", true)
end

local function answer(handle, http, body, headers)
  as_is(handle)
  local all = {[":status"] = tostring(http), ["content-type"] = "application/json"}
  for name, value in pairs(headers or {}) do all[name] = value end
  handle:respond(all, body)
end

local function refuse_faults(handle, faults)
  local listed, reason = {}, "BAD_INPUT"
  for i, noted in ipairs(faults) do
    listed[i] = noted.path .. ": " .. noted.text
    if noted.text == doors.unknown then reason = "FIELD_UNKNOWN" end
  end
  answer(handle, 400, status(3, reason, table.concat(listed, "; "), faults))
end

-- Doors

-- Both names that JSON may give a field.
local function named(fields)
  local lookup = {}
  for name, kind in pairs(fields) do
    local field = {name = name, kind = kind}
    lookup[name] = field
    lookup[name:gsub("_(%w)", string.upper)] = field
  end
  return lookup
end

local function body_faults(handle, rule, faults)
  local body = handle:body()
  if not body or body:length() == 0 then return true end
  local read, kind, members = pcall(json.parse, body:getBytes(0, body:length()))
  if read and kind == "object" then
    check(members, rule.fields, rule.prefix, faults)
    return true
  end
  answer(handle, 400, status(3, "BODY_MALFORMED", read and doors.not_an_object or doors.not_json))
  return false
end

-- Whether a browser asks for a page from elsewhere.
local function foreign(headers)
  local origin = headers:get("origin")
  return origin ~= nil and origin:match("^%a[%w+.-]*://([^/?#]*)") ~= headers:get(":authority")
end

local function enter(handle, verbs)
  local headers = handle:headers()
  local path, verb = headers:get(":path"), headers:get(":method")
  local rule = verbs[verb == "HEAD" and "GET" or verb]
  if not rule and verb == "OPTIONS" then
    return answer(handle, 204, "", {allow = verbs.allow})
  elseif not rule then
    return answer(handle, 405, status(12, "METHOD_NOT_ALLOWED", doors.not_allowed),
      {allow = verbs.allow})
  end
  if verb == "POST" and foreign(headers) then
    return answer(handle, 403, status(7, "ORIGIN_FOREIGN", doors.foreign))
  end
  local faults = {}
  check(parameters(path:match("%?(.*)") or ""), rule.parameters, "", faults)
  if rule.fields and not body_faults(handle, rule, faults) then return end
  if #faults > 0 then return refuse_faults(handle, faults) end
  if verb == "HEAD" and rule.streams then
    return answer(handle, 200, "")
  elseif verb == "HEAD" then
    headers:replace(":method", "GET")
  end
end

-- What a listener that serves these gRPC services does with each request.
function M.door(services)
  local paths = {}
  for _, service in ipairs(services) do
    for _, rule in ipairs(doors.services[service]) do
      local verbs = paths[rule.path] or {allow = rule.allow}
      paths[rule.path] = verbs
      verbs[rule.verb] = {
        streams = rule.streams,
        prefix = rule.prefix,
        fields = rule.body and named(rule.body),
        parameters = named(rule.query),
      }
    end
  end
  return function(handle)
    local headers = handle:headers()
    if (headers:get("content-type") or ""):match("^application/grpc") then
      return as_is(handle)
    end
    local verbs = paths[headers:get(":path"):match("^[^?]*")]
    if not verbs then
      return answer(handle, 404, status(5, "PATH_UNKNOWN", doors.no_path))
    end
    enter(handle, verbs)
  end
end

return M
