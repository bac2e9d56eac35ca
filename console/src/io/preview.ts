// What an order would do, asked while it is being written.

import type { OrderPreview, OrderRequest } from '@regionpilot/api/contract';
import { useEffect, useState } from 'preact/hooks';
import { write } from './api.ts';

export type Previewed =
  | { readonly kind: 'asking' }
  | { readonly kind: 'there'; readonly preview: OrderPreview }
  | { readonly kind: 'unknown' };

/** The preview of a request; null: there is nothing to ask yet. */
export function usePreview(group: string, request: OrderRequest | null): Previewed {
  const [previewed, setPreviewed] = useState<Previewed>({ kind: 'asking' });
  const text = request === null ? null : JSON.stringify({ ...request, reason: 'preview' });
  useEffect(() => {
    if (text === null) return undefined;
    let wanted = true;
    setPreviewed({ kind: 'asking' });
    const path = `/api/v1/groups/${encodeURIComponent(group)}/order/preview`;
    write<OrderPreview>('POST', path, JSON.parse(text), crypto.randomUUID()).then(
      (preview) => wanted && setPreviewed({ kind: 'there', preview }),
      () => wanted && setPreviewed({ kind: 'unknown' }),
    );
    return () => {
      wanted = false;
    };
  }, [group, text]);
  return previewed;
}
