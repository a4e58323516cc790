namespace AuthCode.Testing;

/// <summary>A user who signs in at a <see cref="FakeAad"/>.</summary>
/// <param name="ObjectId">The user's object ID: the claim <c>oid</c>, and <c>uid</c> of the client information.</param>
/// <param name="HomeTenantId">The user's home tenant: <c>utid</c> of the client information, and the claim <c>tid</c> after a sign-in under <c>common</c> or <c>organizations</c>.</param>
/// <param name="Name">The display name: the claim <c>name</c> of ID tokens with the scope <c>profile</c>.</param>
/// <param name="PreferredUsername">The sign-in name: the claim <c>preferred_username</c> of ID tokens with the scope <c>profile</c>.</param>
/// <remarks>
/// The claim <c>sub</c> is derived from the object ID, the home tenant and the client ID, so it is another one for each client.
/// See <see href="https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference">ID token claims reference</see>.
/// </remarks>
public sealed record FakeAadUser(string ObjectId, string HomeTenantId, string Name, string PreferredUsername);
