import { expect, test } from 'vitest';
import { type ClientFilter, clientPage } from '../../../api/model/client-page.ts';
import { clientMatrix } from '../../../api/model/matrix.ts';
import { rowsOf } from '../../../api/model/roster-index.ts';
import { group, regions, rosterOf } from '../../support/api-records.ts';

const newest = { term: 1, epoch: 1 };

function pages(clients: number, filter: ClientFilter, limit: number): readonly string[][] {
  const rows = rowsOf([rosterOf(clients, {}, 7)], newest);
  const found: string[][] = [];
  for (let cursor: string | undefined; ; ) {
    const page = clientPage(rows, filter, limit, cursor);
    if (page === null) throw new Error('a cursor of ours was refused');
    found.push(page.items.map(({ client }) => client));
    if (page.next === null) return found;
    cursor = page.next;
  }
}

test('pages together are every client once, those in trouble first', () => {
  const found = pages(250, {}, 100);
  expect(found.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(new Set(found.flat()).size).toBe(250);
  expect(found[0]?.slice(0, 3)).toEqual(['client-00000', 'client-00007', 'client-00014']);
});

test('a page whose size divides the whole is followed by none', () => {
  expect(pages(200, { sort: 'client' }, 100)).toHaveLength(2);
});

test('a filter of region and verdict, of home, and of a part of the name', () => {
  expect(pages(70, { region: 'eu-west', verdict: 'down' }, 100)[0]).toHaveLength(10);
  expect(pages(70, { region: 'us-east', verdict: 'down' }, 100)[0]).toHaveLength(0);
  expect(pages(70, { home: 'us-east' }, 100)[0]).toHaveLength(35);
  expect(pages(70, { q: 'CLIENT-0006' }, 100)[0]).toHaveLength(10);
});

test('who left meanwhile skips nobody: a cursor is a place, not a count', () => {
  const before = rowsOf([rosterOf(10)], newest);
  const page = clientPage(before, { sort: 'client' }, 5, undefined);
  const names = rosterOf(10).clients.slice(3);
  const after = rowsOf([{ ...rosterOf(7), clients: names }], newest);
  const next = clientPage(after, { sort: 'client' }, 5, page?.next ?? '');
  expect(next?.items[0]?.client).toBe('client-00005');
});

test('a cursor of another query, and one somebody made up, are refused', () => {
  const rows = rowsOf([rosterOf(10)], newest);
  const { next } = clientPage(rows, { home: 'eu-west' }, 2, undefined) ?? { next: null };
  expect(clientPage(rows, { home: 'us-east' }, 2, next ?? '')).toBeNull();
  for (const rubbish of ['%%%', 'e30', '', '..', 'W10']) {
    expect(clientPage(rows, {}, 2, rubbish)).toBeNull();
  }
});

test('a straggler reports and follows an older decision; who is silent is none', () => {
  const rows = rowsOf([rosterOf(3, { epoch: [1, 2, 1], presence: [0, 0, 1] })], {
    term: 1,
    epoch: 2,
  });
  const page = clientPage(rows, {}, 10, undefined);
  expect(page?.items.map(({ client, straggler }) => [client, straggler])).toEqual([
    ['client-00000', true],
    ['client-00001', false],
    ['client-00002', false],
  ]);
  expect(page?.items[2]?.presence).toBe('silent');
});

test('10,000 clients make a matrix of one character a cell, the rest is counted', () => {
  const parts = [0, 1, 2].map((partition) => rosterOf(4_000, { partition, truncated: 5 }, 100));
  const matrix = clientMatrix(group, regions, rowsOf(parts, newest), 1_000_500);
  expect(matrix.clients).toHaveLength(10_000);
  expect(matrix.cells.map(({ length }) => length)).toEqual([10_000, 10_000]);
  expect(matrix.cells[0]?.slice(0, 3)).toBe('ddd');
  expect(matrix.truncated).toBe(2_015);
});
