namespace AuthCode;

/// <summary>The keys of a section that are read or understood, by where they stand.</summary>
/// <remarks>A test holds them to what is read, to the JSON schema in the package, and to docs/configuration.md.</remarks>
internal static class KnownKeys
{
    internal const string Sessions = "Sessions";

    internal static readonly string[] CredentialLists = ["ClientCredentials", "ClientCertificates"];

    /// <summary>Those of the section itself.</summary>
    internal static readonly string[] OfSection =
    [
        "Instance", "TenantId", "ClientId", "Authority", "Domain", "SignUpSignInPolicyId", "ResetPasswordPolicyId", "EditProfilePolicyId",
        "Issuer", "MetadataAddress", "RequestOfflineAccess", "UsePushedAuthorization",
        "ClientSecret", .. CredentialLists, "SendX5C",
        "CallbackPath", "SignedOutCallbackPath", "RemoteSignOutPath", "BackchannelLogoutPath", "Scopes", "Scope", "ExtraQueryParameters",
        "AdditionallyAllowedTenants", "AllowedSignInTenants", "ClientCapabilities", Sessions,
        "AzureRegion", "WithSpaAuthCode", "TokenDecryptionCertificates", "TokenDecryptionCredentials", "AllowWebApiToBeAuthorizedByACL",
    ];

    /// <summary>Those below <c>Sessions</c>.</summary>
    internal static readonly string[] OfSessions =
        ["Lifetime", "IdleTimeout", "RevalidateAfter", "MostInMemory", "KeepAccessTokens", "RefreshTokenUse", "IdleInMemory", "StoreTimeout"];

    /// <summary>Those of an entry of <c>ClientCredentials</c> of a kind that needs no code of the service.</summary>
    internal static readonly string[] OfCredential =
    [
        "SourceType", "ClientSecret", "CertificateDiskPath", "CertificatePassword", "Base64EncodedValue", "CertificateStorePath", "CertificateThumbprint",
        "CertificateDistinguishedName", "SignedAssertionFileDiskPath", "ManagedIdentityClientId", "TokenExchangeUrl",
    ];
}
