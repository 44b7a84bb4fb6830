import type { Dashboard, PresentPerson } from '@coboard/core';

/** What somebody does and where, in a few words: "Editing Sales", "On Overview", "Away". */
export function placeWords(person: PresentPerson, dashboard: Dashboard | null): string {
  if (person.stale) return 'Last known before the connection was lost';
  if (person.idle) return 'Away';
  const tab = person.tab === null ? undefined : dashboard?.tabs[person.tab];
  const { editing } = person;
  if (editing !== null) {
    const verb = person.typing ? 'Writing in' : 'Editing';
    const title = dashboard?.widgets[editing.widget]?.title ?? dashboard?.datasets[editing.widget]?.title;
    return title === undefined ? `${person.typing ? 'Writing' : 'Editing'} here` : `${verb} ${title === '' ? 'an untitled widget' : title}`;
  }
  return tab === undefined ? 'Looking at this dashboard' : `On ${tab.title === '' ? 'an untitled tab' : tab.title}`;
}
