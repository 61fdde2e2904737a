import { expect } from 'chai'
import { PUBLIC_INTERNET, urlFlaw } from '../../../src/adapters/definitions/url-policy.js'

describe('definitions: where call.api may go', () => {
  const refused: readonly string[] = [
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1.:80/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://2130706433/',
    'http://0/',
    'http://0.0.0.0/',
    'http://１２７.０.０.１/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://[2001:db8::1]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://10.0.0.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://168.63.129.16/machine?comp=goalstate',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://192.0.0.192/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://a.localhost/',
    'http://metadata.google.internal/',
    'http://printer.local/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'ftp://example.com/',
    'data:text/plain,x',
    'javascript:alert(1)',
    'http://user@example.com/',
    'http://user:password@example.com/',
    'http://example.com@127.0.0.1/',
    'http://example.com:22/',
    'http://example.com:6379/',
    'http://example.com:5432/',
    'https://example.com:0/',
    '//example.com/',
    '/relative',
    'example.com',
    '',
    ' http://example.com/',
    'http://example.com/\r\nHost: x',
    'http://exa\tmple.com/',
  ]
  for (const url of refused) {
    it(`not ${JSON.stringify(url)}`, () => {
      expect(urlFlaw(url, PUBLIC_INTERNET)).to.be.a('string')
    })
  }

  for (const url of [
    'https://api.example.com/users?x=1#y',
    'http://example.com:80/',
    'http://example.com:8080/',
    'https://example.com:8443/',
    'http://1.1.1.1/',
    'http://172.32.0.1/',
    'http://100.128.0.1/',
    'https://[2606:4700:4700::1111]/',
    'https://müller.example/',
    'https://localhost.example.com/',
    'https://internal.example.com/',
  ]) {
    it(`but ${url}`, () => {
      expect(urlFlaw(url, PUBLIC_INTERNET)).to.equal(null)
    })
  }
})
