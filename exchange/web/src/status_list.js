// Reads one entry of a Token Status List (draft-ietf-oauth-status-list-20 §4, §8): signed, zlib, least significant bit
// first. Pure but for the browser's cryptography.
import { Unzlib } from 'fflate';
import { bytesOf, Fault, verifyJws } from './sd_jwt.js';

const most = 4 * 1024 * 1024; // bytes unpacked: far above any list that the issuer keeps

function unpacked(packed) {
  const pieces = [];
  let length = 0;
  const stream = new Unzlib((piece) => {
    length += piece.length;
    if (length > most) throw new Fault('broken');
    pieces.push(piece);
  });
  // In small pieces, so that a bomb is noticed before it is unpacked.
  for (let at = 0; at < packed.length; at += 1024) stream.push(packed.subarray(at, at + 1024), at + 1024 >= packed.length);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

export async function openStatusList(text, uri, keys) {
  const { payload } = await verifyJws(text, 'statuslist+jwt', keys);
  const list = payload.status_list;
  if (payload.sub !== uri || typeof payload.iat !== 'number' || !list) throw new Fault('broken');
  if (![1, 2, 4, 8].includes(list.bits) || typeof list.lst !== 'string') throw new Fault('broken');
  let bytes;
  try {
    bytes = unpacked(bytesOf(list.lst));
  } catch (fault) {
    throw new Fault('broken');
  }
  return { bits: list.bits, bytes, issued: payload.iat, expires: payload.exp };
}

// 0 valid, 1 stopped, 2 suspended; throws when the list has no such entry.
export function statusAt(list, index) {
  const perByte = 8 / list.bits;
  if (!Number.isInteger(index) || index < 0 || index >= list.bytes.length * perByte) throw new Fault('broken');
  return (list.bytes[Math.floor(index / perByte)] >> ((index % perByte) * list.bits)) & ((1 << list.bits) - 1);
}
