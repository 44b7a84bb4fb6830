import diff from 'json0-ot-diff';
import type { Dashboard } from '../dashboard.ts';
import type { Component, Op } from '../json0.ts';

/** What leads from a dashboard to one of its past: an edit like any other, which can be undone. */
export function restoreOp(now: Dashboard, then: Dashboard): Op {
  return diff(now, then) as Op;
}

/**
 * What makes one widget as it was then, also where it is gone; on a tab that is there now. Empty if there was none then, or nothing
 * differs.
 */
export function restoreWidgetOp(now: Dashboard, then: Dashboard, id: string): Op {
  const [is, was] = [now.widgets[id], then.widgets[id]];
  if (was === undefined) return [];
  const tab = now.tabs[was.tab] === undefined ? (is?.tab ?? Object.keys(now.tabs)[0] ?? was.tab) : was.tab;
  const wanted = { ...was, tab };
  if (is === undefined) return [{ p: ['widgets', id], oi: wanted }];
  return (diff(is, wanted) as Op).map((component): Component => ({ ...component, p: ['widgets', id, ...component.p] }));
}
