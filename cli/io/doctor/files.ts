/** Files a deployment rests on: certificates, tokens, caches, the embedded log. */
import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  type Certificate,
  certificatesFinding,
  certificatesQuestion,
  tokensFinding,
  tokensIn,
  tokensQuestion,
} from '../../doctor/expiry.ts';
import { type Finding, failed, ok, type Question } from '../../doctor/finding.ts';
import { readText } from '../files.ts';

const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** @throws {PipelineError} FILE_UNREADABLE. @throws {Error} for what is no certificate. */
export function readCertificates(file: string): readonly Certificate[] {
  return [...readText(file).matchAll(pem)].map(([text]) => {
    const { subject, issuer, validFromDate, validToDate } = new X509Certificate(text);
    return {
      subject: (subject ?? issuer ?? file).replaceAll('\n', ', '),
      fromMs: validFromDate.getTime(),
      untilMs: validToDate.getTime(),
    };
  });
}

export function certificateFinding(path: string, file: string, nowMs: number): Finding {
  if (/keyFile$/i.test(path)) return keyFinding(path, file);
  return certificatesFinding(path, readCertificates(file), nowMs);
}

/** A private key ends never; it can be missing, or readable by everybody. */
function keyFinding(path: string, file: string): Finding {
  const question = certificatesQuestion(path);
  const text = readText(file);
  if (text.includes('PRIVATE KEY-----')) return ok(question, `${file} is a private key`);
  return failed(question, `${file} is no PEM private key`, 'name the key, not the certificate');
}

/** @throws {PipelineError} FILE_UNREADABLE. */
export function tokenFinding(file: string, nowMs: number): Finding {
  const tokens = tokensIn(parsed(readText(file)));
  const hint = 'regionpilot token list';
  return tokens === null
    ? failed(tokensQuestion, `${file} is no tokens file`, hint)
    : tokensFinding(tokens, nowMs);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const cacheQuestion: Question = {
  id: 'disk.cache',
  category: 'disk',
  title: "the agents' decision cache can be written",
};

export function cacheFinding(file: string): Finding {
  const place = existsSync(file) ? file : dirname(file);
  try {
    accessSync(place, constants.W_OK);
    return ok(cacheQuestion, file);
  } catch {
    const who = process.getuid === undefined ? 'this user' : `user ${process.getuid()}`;
    const hint = 'make the folder, or give it to the user of the service';
    return failed(cacheQuestion, `${who} may not write ${place}`, hint);
  }
}

export const embeddedQuestion: Question = {
  id: 'bus.file',
  category: 'bus',
  title: 'the embedded log is a file we can read and write',
};

export function embeddedFinding(file: string): Finding {
  if (!existsSync(file)) {
    return failed(
      embeddedQuestion,
      `no such file: ${file}`,
      `regionpilot topics apply --file ${file}`,
    );
  }
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return ok(embeddedQuestion, `${file}, ${(statSync(file).size / 1_048_576).toFixed(1)} MiB`);
  } catch {
    return failed(embeddedQuestion, `${file} is not ours to read and write`, `ls -l ${file}`);
  }
}
