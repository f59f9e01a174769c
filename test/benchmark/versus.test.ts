import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { renderPage } from '../../bench/versus/page.ts'

const folder = fileURLToPath(new URL('../../bench/versus', import.meta.url))

test('the page beside native Postgres shows the kept results, and nothing else', async () => {
  const page = await readFile(`${folder}/README.md`, 'utf8')
  expect(await renderPage(page, `${folder}/results`)).toBe(page)
})
