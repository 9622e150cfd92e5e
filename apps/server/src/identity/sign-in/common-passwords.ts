import { createRequire } from 'node:module';

/**
 * Words that people build passwords from, besides the list below. `WelcomeSummer99` was never in a
 * breach, and consists of two of them. The list itself would find too many such pairs, because it has
 * thousands of everyday words.
 */
const STEMS = `
  password passwort passwd passphrase passcode pass secret secreto geheim kennwort contrasena motdepasse parola
  senha haslo heslo salasana wachtwoord losenord adgangskode jelszo sifre mima parool
  admin administrator administrador root toor system sysadmin superuser super user guest default test tester testing
  temp temporary changeme changethis change letmein letmeinnow openup opensesame sesame login logon signin welcome
  willkommen bienvenue bienvenido benvenuto hello hallo hola bonjour goodbye iloveyou ilove loveyou lovely love lover
  forever princess prince queen king dragon monkey tiger lion eagle falcon wolf bear panther jaguar cheetah dolphin
  shadow master mistress hunter ranger killer sniper warrior knight ninja samurai pirate phantom ghost spirit demon
  angel angels heaven hell devil satan jesus christ god buddha allah bible trinity faith hope grace blessed
  football baseball basketball soccer hockey tennis golf rugby cricket futbol running swimming cycling
  liverpool arsenal chelsea manchester barcelona realmadrid juventus bayern dortmund yankees lakers cowboys steelers
  superman batman spiderman ironman wolverine avengers marvel starwars startrek pokemon pikachu naruto minecraft
  fortnite roblox zelda mario sonic nintendo playstation xbox gamer gaming hacker hacked matrix terminator gandalf
  hogwarts potter harrypotter voldemort frodo simpsons homer snoopy garfield mickey mickeymouse donald donaldduck
  summer sommer spring autumn herbst winter january february march april june july august september october november
  december januar februar maerz juni juli oktober dezember monday tuesday wednesday thursday friday saturday sunday
  michael jennifer jessica daniel andrew joshua matthew anthony robert thomas charlie george jordan michelle ashley
  amanda nicole hannah samantha sophie sarah laura maria anna emma olivia lucas martin peter stefan andreas alexander
  christian sebastian patrick maggie buster ginger pepper cookie buddy rocky lucky molly bailey daisy sadie bella
  computer laptop internet network server database oracle cisco microsoft windows linux ubuntu debian google apple
  android samsung iphone facebook twitter instagram youtube netflix amazon whatsapp github docker kubernetes
  company corporate business office service support helpdesk security access private public manager employee sales
  marketing finance account accounting robot robots automation orchestrator uipath baton studio assistant process
  london paris berlin munich hamburg vienna zurich newyork boston chicago texas florida california america england
  germany deutschland france espana italia brasil mexico canada australia india china japan russia poland turkey
  freedom liberty justice peace power energy thunder lightning storm sunshine rainbow moonlight starlight flower
  butterfly chocolate vanilla cheese pizza burger banana orange cherry strawberry peanut coffee whiskey vodka beer
  mustang ferrari porsche mercedes toyota honda yamaha harley corvette camaro racing driver
  blessing family mother father brother sister daughter friend friends baby babygirl honey sweetie sweet cutie
  fuckyou fuckme fuckoff asshole bitch shit biteme whatever nothing something anything nopassword nopass none
  qwerty qwertz azerty asdf asdfgh zxcvbn yxcvbn qazwsx onetwothree trustno myspace money dollar million success winner
`;

let stems: ReadonlySet<string> | undefined;

let breached: ReadonlySet<string> | undefined;

/**
 * The 49,233 most frequent passwords in breaches, in lower case. They are read from the package at first
 * use, which takes 25 ms and 4 MB. Nobody outside is asked: a password never leaves the machine, not even
 * part of its hash.
 */
export function breachedPasswords(): ReadonlySet<string> {
  if (!breached) {
    const read = createRequire(import.meta.url);
    const { dictionary } = read('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
    breached = new Set(dictionary['passwords-common']);
  }
  return breached;
}

/** Read at first use. */
export const commonStems = (): ReadonlySet<string> => (stems ??= new Set(STEMS.split(/\s+/).filter(Boolean)));
