// A telephone's own wallet, by a library of others (@openid4vc/openid4vci): she asks for a card on her feature phone's
// screen, the library takes it from there. What it gets is verified by jose and @sd-jwt/sd-jwt-vc.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Openid4vciClient, setGlobalConfig } from '@openid4vc/openid4vci';
import { clientAuthenticationAnonymous } from '@openid4vc/oauth2';
import { digest, ES256, generateSalt } from '@sd-jwt/crypto-nodejs';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { calculateJwkThumbprint, createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { amina, offerByPhone, startWalletHouse } from './lib/wallet_house.mjs';

setGlobalConfig({ allowInsecureUrls: true });

let house;
before(async () => { house = await startWalletHouse({ wallet: '  rates: { strangers_a_minute: 6000, strangers_at_once: 1000 }' }); });
after(async () => { if (house) assert.equal(await house.stop(), 0); });

// A wallet with a key of its own.
async function telephone() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const publicJwk = await exportJWK(publicKey);
  const client = new Openid4vciClient({
    callbacks: {
      fetch,
      hash: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
      generateRandom: (length) => randomBytes(length),
      clientAuthentication: clientAuthenticationAnonymous(),
      signJwt: async (_signer, { header, payload }) => ({
        jwt: await new SignJWT(payload).setProtectedHeader(header).sign(privateKey), signerJwk: publicJwk,
      }),
    },
  });
  return { client, publicJwk };
}

const linkTo = (number) => `openid-credential-offer://?credential_offer_uri=${encodeURIComponent(`${house.url}/credentials/openid4vci/offers/${number}`)}`;
async function begin(client, number) {
  const credentialOffer = await client.resolveCredentialOffer(linkTo(number));
  return { credentialOffer, issuerMetadata: await client.resolveIssuerMetadata(credentialOffer.credential_issuer) };
}
async function fetchCredential({ client, publicJwk }, { credentialOffer, issuerMetadata }, txCode, nonce) {
  const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer, issuerMetadata, txCode });
  const credentialConfigurationId = credentialOffer.credential_configuration_ids[0];
  const { jwt } = await client.createCredentialRequestJwtProof({
    issuerMetadata, credentialConfigurationId, nonce: nonce ?? (await client.requestNonce({ issuerMetadata })).c_nonce,
    signer: { method: 'jwk', alg: 'ES256', publicJwk },
  });
  const retrieved = await client.retrieveCredentials({
    issuerMetadata, credentialConfigurationId, proofs: { jwt: [jwt] }, accessToken: accessTokenResponse.access_token,
  });
  return retrieved.credentialResponse.credentials[0].credential;
}

test('a wallet of others imports her credential with the two numbers of her screen', async () => {
  const { number, txCode } = await offerByPhone(amina(house));
  const phone = await telephone();
  const flow = await begin(phone.client, number);
  assert.equal(flow.credentialOffer.credential_issuer, house.url);
  const grant = flow.credentialOffer.grants['urn:ietf:params:oauth:grant-type:pre-authorized_code'];
  assert.deepEqual(grant.tx_code, { input_mode: 'numeric', length: 6 });
  const credential = await fetchCredential(phone, flow, txCode);

  const [signed] = credential.split('~');
  const { payload, protectedHeader } = await jwtVerify(signed, createRemoteJWKSet(new URL(`${house.url}/credentials/jwks.json`)),
    { issuer: house.url, typ: 'dc+sd-jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'iat', 'vct', 'status'] });
  assert.equal(payload.vct, `${house.url}/credentials/types/registration`);
  assert.equal(await calculateJwkThumbprint(payload.cnf.jwk), await calculateJwkThumbprint(phone.publicJwk));
  const { keys } = await (await fetch(`${house.url}/credentials/jwks.json`)).json();
  const verifier = await ES256.getVerifier(keys.find(({ kid }) => kid === protectedHeader.kid));
  const library = new SDJwtVcInstance({
    hasher: digest, hashAlg: 'sha-256', saltGenerator: generateSalt, verifier, statusVerifier: verifier,
    statusListFetcher: async (uri) => (await fetch(uri)).text(),
  });
  const verified = await library.verify(credential);
  assert.equal(verified.payload.registered, true);
  assert.equal(verified.payload.given_name, (await house.one("SELECT i.given_name FROM individual i JOIN wallet_credential c ON c.individual = i.id")).trim());
  // The type that it names is published, as the same type.
  assert.equal((await (await fetch(payload.vct)).json()).vct, payload.vct);

  // She locks her wallet: the library then refuses it.
  const her = amina(house);
  await her.openWallet();
  await her.choose(/Lock/);
  if (/^1 /m.test(her.text)) await her.type(1);
  await new Promise((done) => setTimeout(done, 1_000));
  await assert.rejects(library.verify(credential), /status/i);
  await her.openWallet();
  await her.choose(/Unlock/);
});

test('without the code of her screen nobody gets it, and five wrong ones end the offer', async () => {
  const { number, txCode } = await offerByPhone(amina(house));
  const phone = await telephone();
  const flow = await begin(phone.client, number);
  const ask = (tx) => phone.client.retrievePreAuthorizedCodeAccessTokenFromOffer({ ...flow, txCode: tx });
  // The library does not ask without one; whoever does is refused by us.
  await assert.rejects(ask(undefined), /tx_code/);
  const grantType = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';
  const bare = await fetch(flow.issuerMetadata.authorizationServers[0].token_endpoint, { method: 'POST', body: new URLSearchParams({
    grant_type: grantType, 'pre-authorized_code': flow.credentialOffer.grants[grantType]['pre-authorized_code'],
  }) });
  assert.equal(bare.status, 400);
  assert.equal((await bare.json()).error, 'invalid_request');
  for (let i = 0; i < 5; ++i) {
    await assert.rejects(ask(txCode === '000000' ? '111111' : '000000'), (fault) => fault.errorResponse?.error === 'invalid_grant');
  }
  await assert.rejects(ask(txCode), (fault) => fault.errorResponse?.error === 'invalid_grant');
  await assert.rejects(begin(phone.client, number));
});

test('an offer is taken once, and a proof needs a nonce of ours', async () => {
  const { number, txCode } = await offerByPhone(amina(house));
  const phone = await telephone();
  const flow = await begin(phone.client, number);
  await assert.rejects(fetchCredential(phone, flow, txCode, 'a-nonce-of-somebody-else'), (fault) =>
    /invalid_nonce/.test(JSON.stringify(fault.response?.credentialErrorResponseResult?.data ?? fault.message)));
  // The code has been exchanged for that token: it is over.
  await assert.rejects(fetchCredential(phone, flow, txCode), (fault) => fault.errorResponse?.error === 'invalid_grant');
});
