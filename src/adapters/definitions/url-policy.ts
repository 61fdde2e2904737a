import { BlockList, isIP, isIPv6 } from 'node:net'

/** Where outgoing calls may go. */
export interface UrlPolicy {
  /** @param address an IP address in its canonical text form. */
  allowsAddress(address: string): boolean
  allowsPort(port: number): boolean
}

const PORTS = new Set([80, 443, 8080, 8443])

/** IANA's special-purpose addresses, multicast, and a cloud's own. */
const SPECIAL_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // Public by its number, but inside each virtual machine of Azure it tells about that machine.
  '168.63.129.16/32',
]
/** Inside 2000::/3: protocol assignments with Teredo, documentation, 6to4, and documentation again. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const special = listOf(SPECIAL_V4, 'ipv4')
const specialV6 = listOf(SPECIAL_V6, 'ipv6')
const globalV6 = listOf(['2000::/3'], 'ipv6')

/** Public addresses and the usual ports of HTTP. */
export const PUBLIC_INTERNET: UrlPolicy = {
  // IPv6 by what is global, so that mapped, translated, local and future kinds are out without being named.
  allowsAddress: (address) =>
    isIPv6(address)
      ? globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6')
      : isIP(address) === 4 && !special.check(address),
  allowsPort: (port) => PORTS.has(port),
}

/** Any address and any port, for networks in which whoever posts jobs is trusted. */
export const ANYWHERE: UrlPolicy = { allowsAddress: () => true, allowsPort: () => true }

function listOf(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [network = '', prefix = ''] = subnet.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}

/**
 * Why a URL must not be called, as far as its text tells; `null` when only its name's addresses remain to be checked.
 *
 * The parser has undone the disguises of IPv4 by then: octal, hexadecimal, short and decimal forms.
 */
export function urlFlaw(text: string | URL, policy: UrlPolicy): string | null {
  const url = typeof text === 'string' ? parsed(text) : text
  if (url === null) return 'is not an absolute URL'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'is neither http nor https'
  if (url.username !== '' || url.password !== '') return 'holds a user name or password'
  if (!policy.allowsPort(portOf(url))) return 'names a port that is not allowed'
  const literal = literalOf(url)
  if (literal !== null && !policy.allowsAddress(literal)) return 'leads to an address that is not public'
  if (literal === null && isLocalName(url.hostname) && !policy.allowsAddress('127.0.0.1'))
    return 'leads to a name that is not public'
  return null
}

/** The same with what would be accepted, for those who may choose the URL of a callback. */
export function callbackFlaw(url: string, policy: UrlPolicy): string | null {
  const flaw = urlFlaw(url, policy)
  if (flaw === null) return null
  const takes = policy === ANYWHERE ? '' : ` to public addresses, ports ${[...PORTS].join(', ')}`
  return `${flaw}; takes http and https URLs without user names${takes}`
}

/** The address in a URL's host, without brackets; `null` when the host is a name. */
export function literalOf(url: URL): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 ? null : host
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

function isLocalName(hostname: string): boolean {
  return /(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i.test(hostname)
}

function parsed(text: string): URL | null {
  // The parser drops these silently; nobody means them.
  if (/[\u0000-\u0020\u007f]/.test(text)) return null
  return URL.canParse(text) ? new URL(text) : null
}
