import type { Functions } from "./function-library.ts";

const NAME = "triptych_quotas_1";

/** Allowances that fill up steadily, a minute's worth at the most, and places among chats that run. */
export const quotaFunctions: Functions = {
  name: NAME,
  code: `#!lua name=${NAME}

local ALL = 'triptych:quota:chats'
local MINUTE = 60000

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end

local function left(key, perMinute, at)
  local was, since = unpack(redis.call('HMGET', key, 'left', 'at'))
  if not was then return perMinute end
  return math.min(perMinute, was + (at - since) * perMinute / MINUTE)
end

local function keep(key, amount, at)
  redis.call('HSET', key, 'left', tostring(amount), 'at', tostring(at))
  -- Whoever has used nothing for so long has all of it again, unless far more was used than there was.
  redis.call('PEXPIRE', key, 10 * MINUTE)
end

-- Takes an amount, if it is there: 0; else, in how many milliseconds it will be. keys: allowance. args: perMinute, amount
local function take(keys, args)
  local perMinute, amount, at = tonumber(args[1]), tonumber(args[2]), now()
  local there = left(keys[1], perMinute, at)
  if there < amount then return math.floor((amount - there) / perMinute * MINUTE) + 1 end
  keep(keys[1], there - amount, at)
  return 0
end

-- Takes an amount in any case; below zero, gives it back. keys: allowance. args: perMinute, amount
local function settle(keys, args)
  local perMinute, at = tonumber(args[1]), now()
  keep(keys[1], math.min(perMinute, left(keys[1], perMinute, at) - args[2]), at)
  return 0
end

-- A place for one more chat: 1; 0 where there is none. keys: the payer's chats. args: place, of the payer at most, of all
-- at most, times what is free that the payer may have, milliseconds after which it is free again in any case
local function enter(keys, args)
  local at = now()
  for _, key in ipairs({ keys[1], ALL }) do redis.call('ZREMRANGEBYSCORE', key, '-inf', at) end
  local own, all = redis.call('ZCARD', keys[1]), redis.call('ZCARD', ALL)
  if own >= tonumber(args[2]) or own >= args[4] * (args[3] - all) then return 0 end
  for _, key in ipairs({ keys[1], ALL }) do
    redis.call('ZADD', key, at + args[5], args[1])
    redis.call('PEXPIRE', key, args[5])
  end
  return 1
end

-- keys: the payer's chats. args: place
local function leave(keys, args)
  for _, key in ipairs({ keys[1], ALL }) do redis.call('ZREM', key, args[1]) end
  return 0
end

redis.register_function('${NAME}_take', take)
redis.register_function('${NAME}_settle', settle)
redis.register_function('${NAME}_enter', enter)
redis.register_function('${NAME}_leave', leave)
`,
};
