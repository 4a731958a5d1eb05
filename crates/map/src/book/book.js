(function () {
  'use strict';
  const MOST = 60;
  const box = document.getElementById('search');
  const input = document.getElementById('words');
  const found = document.getElementById('found');
  const count = document.getElementById('count');
  const plain = function (text) {
    return text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/\s+/g, ' ');
  };
  let places = null;

  // What can be found is read from the page itself, once, when somebody first searches.
  const read = function () {
    places = Array.from(document.querySelectorAll('[data-find]'), function (place) {
      const name = place.querySelector('.name').textContent;
      const page = place.closest('.page');
      const title = page.querySelector('h2').textContent;
      return { place: place, name: name, title: title, plainName: plain(name), plain: plain(place.textContent) };
    });
  };

  const entry = function (one) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    const kind = document.createElement('b');
    link.href = '#' + one.place.id;
    kind.textContent = one.place.dataset.find;
    link.append(kind, ' ' + one.name);
    if (one.title !== one.name) {
      const where = document.createElement('small');
      where.textContent = one.title;
      link.append(where);
    }
    item.append(link);
    return item;
  };

  const close = function () {
    found.hidden = true;
    found.replaceChildren();
    count.textContent = '';
  };

  const look = function () {
    const words = plain(input.value).split(' ').filter(Boolean);
    if (words.length === 0) { close(); return; }
    if (places === null) { read(); }
    const all = function (text) { return words.every(function (word) { return text.includes(word); }); };
    const hits = places.filter(function (one) { return all(one.plain); });
    const rank = function (one) { return (all(one.plainName) ? 0 : 2) + (one.place.dataset.find === 'Map' ? 0 : 1); };
    hits.sort(function (one, other) { return rank(one) - rank(other); });
    found.replaceChildren.apply(found, hits.slice(0, MOST).map(entry));
    found.hidden = hits.length === 0;
    const more = hits.length > MOST ? ', the first ' + MOST + ' shown' : '';
    count.textContent = hits.length === 0 ? 'Nothing found' : hits.length + ' found' + more;
  };

  const step = function (by) {
    const links = Array.from(found.querySelectorAll('a'));
    const at = links.indexOf(document.activeElement) + by;
    if (links.length === 0) { return; }
    (at === -1 || at === -2 ? input : links[Math.min(at, links.length - 1)]).focus();
  };

  box.hidden = false;
  input.addEventListener('input', look);
  input.addEventListener('focus', function () { if (input.value) { look(); } });
  box.addEventListener('keydown', function (event) {
    if (event.key === 'ArrowDown') { step(1); event.preventDefault(); }
    if (event.key === 'ArrowUp') { step(-1); event.preventDefault(); }
    if (event.key === 'Escape') { input.value = ''; close(); input.focus(); event.preventDefault(); }
    if (event.key === 'Enter') {
      const first = found.querySelector('a');
      if (event.target === input) { if (first) { first.click(); } event.preventDefault(); }
    }
  });
  found.addEventListener('click', function (event) {
    const link = event.target.closest('a');
    const place = link ? document.getElementById(decodeURIComponent(link.hash.slice(1))) : null;
    close();
    if (place) { place.focus(); }
  });
  document.addEventListener('keydown', function (event) {
    const typing = event.target.closest('input');
    if (event.key === '/') { if (!typing) { input.focus(); event.preventDefault(); } }
  });
  document.addEventListener('click', function (event) {
    if (!box.contains(event.target)) { found.hidden = true; }
  });
}());
