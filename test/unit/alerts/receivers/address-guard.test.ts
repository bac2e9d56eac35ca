import { describe, expect, test } from 'vitest';
import {
  createAddressGuard,
  guardedLookup,
} from '../../../../alerts/io/receivers/address-guard.ts';

const guard = createAddressGuard([]);

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '198.18.0.1',
  '192.0.0.192',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '0:0:0:0:0:ffff:10.0.0.1',
  '::FFFF:A9FE:A9FE',
  '::7f00:1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:1::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'not an address',
])('%s is refused', (address) => {
  expect(guard(address)).toBe(false);
});

test.each([
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '169.253.0.1',
  '223.255.255.255',
  '::ffff:1.1.1.1',
  '2606:4700:4700::1111',
  '2a00:1450::1',
])('%s is public', (address) => {
  expect(guard(address)).toBe(true);
});

test('what is allowed is allowed in every writing, and its neighbours are not', () => {
  const some = createAddressGuard(['10.1.0.0/16', 'fd00:1::/32']);
  expect(some('10.1.255.1')).toBe(true);
  expect(some('::ffff:10.1.0.1')).toBe(true);
  expect(some('fd00:1::5')).toBe(true);
  expect(some('10.2.0.1')).toBe(false);
  expect(some('fd00:2::5')).toBe(false);
  expect(some('127.0.0.1')).toBe(false);
});

describe('a name', () => {
  const look = (allow: readonly string[], all: boolean) =>
    new Promise((resolve) => {
      const lookup = guardedLookup(createAddressGuard(allow));
      lookup('localhost', { all }, (error, found) => resolve(error?.code ?? found));
    });

  test('that leads to a private address is not resolved', async () => {
    expect(await look([], true)).toBe('ADDRESS_REFUSED');
    expect(await look([], false)).toBe('ADDRESS_REFUSED');
  });

  test('resolves to its allowed addresses alone', async () => {
    const found = await look(['127.0.0.0/8', '::1/128'], true);
    expect(found).toContainEqual(expect.objectContaining({ address: expect.any(String) }));
    expect(await look(['127.0.0.0/8', '::1/128'], false)).toEqual(expect.any(String));
  });
});
