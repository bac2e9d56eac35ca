/** Writes `protocol/schemas/*.json`. A contract test fails when they differ from the code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { schemaDocuments } from '../schema-documents.ts';

const folder = new URL('../schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [file, document] of Object.entries(schemaDocuments())) {
  writeFileSync(new URL(file, folder), document);
}
