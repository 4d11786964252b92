import type { Functions } from "./function-library.ts";

const NAME = "triptych_3";

/**
 * What must happen at once to a request.
 *
 * A request is a hash, and its log a stream whose entry n, counted from 0, has the id (n + 1)-0. Entries are appended by
 * whoever holds the request, at the number that comes next, and by nobody else: so a worker that was taken for dead and
 * is not, or two that believe to hold it, cannot write into each other's text. Nothing follows a terminal entry.
 *
 * Of the hash: `next` is the number of the next entry; `holder` names the run that may append, none if empty, with its
 * worker's name before the last space; `deaths` counts the workers that died holding the request since it last came on;
 * `lastRead` is when somebody listened last; times are Redis' own, in milliseconds.
 */
export const requestFunctions: Functions = {
  name: NAME,
  code: `#!lua name=${NAME}

local OPEN, CHATS, LOAD, WORKER = 'triptych:open', 'triptych:chats', 'triptych:in-flight', 'triptych:worker:'

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function unwatched(lastRead)
  return now() - tonumber(lastRead)
end

local function write(keys, at, holder, entry)
  redis.call('XADD', keys[2], (at + 1) .. '-0', 'h', holder, 'e', entry)
  redis.call('HSET', keys[1], 'next', at + 1)
end

-- A request has ended: it is kept for its readers, and counts no more.
local function close(keys, keepMs)
  local id, client = unpack(redis.call('HMGET', keys[1], 'id', 'client'))
  redis.call('HSET', keys[1], 'ended', 1, 'holder', '')
  redis.call('HDEL', keys[1], 'task')
  redis.call('PEXPIRE', keys[1], keepMs)
  redis.call('PEXPIRE', keys[2], keepMs)
  redis.call('ZREM', OPEN, id)
  redis.call('ZREM', CHATS, id)
  if redis.call('HINCRBY', LOAD, client, -1) <= 0 then redis.call('HDEL', LOAD, client) end
end

-- keys: request, log. args: id, client, fingerprint, kind, timeoutMs, keepMs, graceMs, maxChats, about, task, first entry
local function submit(keys, args)
  local id, client, fingerprint, kind = args[1], args[2], args[3], args[4]
  local timeoutMs, keepMs, at = tonumber(args[5]), tonumber(args[6]), now()
  if redis.call('EXISTS', keys[1]) == 1 then return {'KNOWN'} end
  if kind == 'chat' then
    redis.call('ZREMRANGEBYSCORE', CHATS, '-inf', at)
    local running = redis.call('ZCARD', CHATS)
    if running >= tonumber(args[8]) then return {'FULL', running} end
    redis.call('ZADD', CHATS, at + timeoutMs, id)
  end
  redis.call('HSET', keys[1], 'id', id, 'client', client, 'fingerprint', fingerprint, 'kind', kind, 'createdAt', at,
    'deadline', at + timeoutMs, 'graceMs', args[7], 'about', args[9], 'task', args[10], 'holder', '', 'next', 0,
    'deaths', 0, 'ended', 0, 'lastRead', at)
  redis.call('ZADD', OPEN, at + timeoutMs, id)
  if args[11] ~= '' then write(keys, 0, '', args[11]) end
  redis.call('PEXPIRE', keys[1], timeoutMs + keepMs)
  redis.call('PEXPIRE', keys[2], timeoutMs + keepMs)
  return {'NEW', redis.call('HINCRBY', LOAD, client, 1)}
end

-- Whether the worker of a run does not tell any more that it lives.
local function isDead(holder)
  local worker = string.match(holder, '^(.*) ')
  return worker and redis.call('EXISTS', WORKER .. worker) == 0
end

-- keys: request. args: holder
local function take(keys, args)
  local ended, holder = unpack(redis.call('HMGET', keys[1], 'ended', 'holder'))
  if not ended then return {'GONE'} end
  if ended == '1' then return {'ENDED'} end
  if isDead(holder) then redis.call('HINCRBY', keys[1], 'deaths', 1) end
  redis.call('HSET', keys[1], 'holder', args[1])
  local got = redis.call('HMGET', keys[1], 'next', 'deaths', 'deadline', 'createdAt', 'lastRead', 'graceMs', 'client',
    'about', 'task')
  return {'TAKEN', tonumber(got[1]), tonumber(got[2]), got[3] - now(), now() - got[4], unwatched(got[5]),
    tonumber(got[6]), got[7], got[8], got[9]}
end

-- Whether the log has this very entry already: an answer was lost, and the same is asked again.
local function isWritten(keys, at, holder, entry)
  local there = redis.call('XRANGE', keys[2], (at + 1) .. '-0', (at + 1) .. '-0')[1]
  return there and there[2][2] == holder and there[2][4] == entry
end

-- keys: request, log. args: holder, number, entry, '1' where it brings the request on, keepMs or '' for no end, channel
local function append(keys, args)
  local holder, at, entry = args[1], tonumber(args[2]), args[3]
  local state = redis.call('HMGET', keys[1], 'holder', 'next', 'ended', 'lastRead')
  if not state[1] then return {'GONE'} end
  if tonumber(state[2]) == at + 1 and isWritten(keys, at, holder, entry) then return {'OK', unwatched(state[4])} end
  if state[3] == '1' then return {'ENDED'} end
  if state[1] ~= holder then return {'FENCED'} end
  if tonumber(state[2]) ~= at then return {'CONFLICT', tonumber(state[2])} end
  write(keys, at, holder, entry)
  if args[4] == '1' then redis.call('HSET', keys[1], 'deaths', 0) end
  if args[5] ~= '' then close(keys, args[5]) end
  redis.call('PUBLISH', args[6], at + 1)
  return {'OK', unwatched(state[4])}
end

-- Ends a request, whoever holds it. keys: request, log. args: number, entry, keepMs, channel, channel of ends
local function finish(keys, args)
  local id, at, ended = unpack(redis.call('HMGET', keys[1], 'id', 'next', 'ended'))
  if not id then return {'GONE'} end
  if ended == '1' then return {'ENDED'} end
  if at ~= args[1] then return {'CONFLICT', tonumber(at)} end
  write(keys, tonumber(at), '', args[2])
  close(keys, args[3])
  redis.call('PUBLISH', args[4], at + 1)
  redis.call('PUBLISH', args[5], id)
  return {'OK', 0}
end

-- What a log has lost at its end is written anew, by whoever has read it. keys: request, log. args: number, channel, entries
local function restore(keys, args)
  local next, ended, holder = unpack(redis.call('HMGET', keys[1], 'next', 'ended', 'holder'))
  if not next then return {'GONE'} end
  if ended == '1' then return {'ENDED'} end
  if next ~= args[1] then return {'CONFLICT', tonumber(next)} end
  for i = 3, #args do write(keys, next + i - 3, holder, args[i]) end
  redis.call('PUBLISH', args[2], next)
  return {'OK', 0}
end

-- How it stands with a run. keys: request. args: holder
local function stand(keys, args)
  local holder, ended, lastRead = unpack(redis.call('HMGET', keys[1], 'holder', 'ended', 'lastRead'))
  if not holder then return {'GONE'} end
  if ended == '1' then return {'ENDED'} end
  if holder ~= args[1] then return {'FENCED'} end
  return {'OK', unwatched(lastRead)}
end

-- Whether another run holds the request, whose worker lives. keys: request. args: worker
local function held(keys, args)
  local holder = redis.call('HGET', keys[1], 'holder')
  if not holder or holder == '' or string.match(holder, '^(.*) ') == args[1] or isDead(holder) then return {'NO', 0} end
  return {'OK', 0}
end

-- A run gives the request back. keys: request. args: holder, deaths to be counted
local function release(keys, args)
  if redis.call('HGET', keys[1], 'holder') ~= args[1] then return {'FENCED'} end
  redis.call('HINCRBY', keys[1], 'deaths', args[2])
  redis.call('HSET', keys[1], 'holder', '')
  return {'OK', 0}
end

-- What comes in a log from some number on. keys: request, log. args: number
local function tail(keys, args)
  local next = redis.call('HGET', keys[1], 'next')
  if not next then return {'GONE'} end
  local entries = {}
  for i, found in ipairs(redis.call('XRANGE', keys[2], (args[1] + 1) .. '-0', '+')) do entries[i] = found[2][4] end
  return {'OK', tonumber(next), entries}
end

-- Somebody listens to these. keys: requests
local function listen(keys)
  for _, key in ipairs(keys) do
    if redis.call('EXISTS', key) == 1 then redis.call('HSET', key, 'lastRead', now()) end
  end
  return {'OK', 0}
end

redis.register_function('${NAME}_submit', submit)
redis.register_function('${NAME}_take', take)
redis.register_function('${NAME}_append', append)
redis.register_function('${NAME}_finish', finish)
redis.register_function('${NAME}_restore', restore)
redis.register_function('${NAME}_stand', stand)
redis.register_function('${NAME}_held', held)
redis.register_function('${NAME}_release', release)
redis.register_function('${NAME}_listen', listen)
redis.register_function{function_name='${NAME}_tail', callback=tail, flags={'no-writes'}}
`,
};
