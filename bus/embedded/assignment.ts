// Who of a group reads which partition. Every member computes the same answer from the same rows, so
// there is no leader to lose: members in order of name take the partitions in turn.

export type Member = { readonly name: string; readonly topics: readonly string[] };

/** The partitions of `topic` that belong to `member`, ascending. */
export function partitionsOfMember(
  member: string,
  members: readonly Member[],
  topic: string,
  partitions: number,
): readonly number[] {
  const readers = members
    .filter((candidate) => candidate.topics.includes(topic))
    .map(({ name }) => name)
    .sort();
  const place = readers.indexOf(member);
  if (place === -1) return [];
  return Array.from({ length: partitions }, (_, partition) => partition).filter(
    (partition) => partition % readers.length === place,
  );
}
