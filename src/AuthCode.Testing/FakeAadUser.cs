namespace AuthCode.Testing;

/// <summary>The user who signs in at a <see cref="FakeAad"/>.</summary>
/// <param name="ObjectId">The user's id in the home tenant (<c>oid</c>).</param>
/// <param name="HomeTenantId">The home tenant (<c>utid</c>).</param>
/// <param name="Name">The display name (<c>name</c>).</param>
/// <param name="PreferredUsername">The sign-in name (<c>preferred_username</c>).</param>
public sealed record FakeAadUser(string ObjectId, string HomeTenantId, string Name, string PreferredUsername);
