using System.Diagnostics;

namespace AuthCode;

/// <summary>Represents the session of a signed-in user.</summary>
/// <remarks>Instances come from <see cref="UserSessions"/>, and in tests from <see cref="AuthCodeModelFactory"/>. They are immutable and safe to share between threads.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class UserSession
{
    internal UserSession(string key, string accountKey, AuthorizationCodeCredential credential, DateTimeOffset signedInOn, ReadOnlyMemory<byte> data, long dataVersion)
    {
        Data = data;
        DataVersion = dataVersion;
        Key = key;
        AccountKey = accountKey;
        Credential = credential;
        SignedInOn = signedInOn;
    }

    /// <summary>Gets the key of the session, by which it is found again: <see cref="SignedInUser.SessionKey"/>. Whoever has it can use the session, so keep it in an encrypted cookie or on the server.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Key { get; }

    /// <summary>Gets the account of the user: <see cref="SignedInUser.AccountKey"/>.</summary>
    public string AccountKey { get; }

    /// <summary>Gets the credential of the session. Disposing of it takes nothing from others that use the session: a session in a store goes on until it is ended (<see cref="UserSessions.EndAsync"/>). Without a store, the session ends.</summary>
    public AuthorizationCodeCredential Credential { get; }

    /// <summary>Gets the time of the sign-in.</summary>
    public DateTimeOffset SignedInOn { get; }

    /// <summary>Gets what the application keeps with the session (<see cref="UserSessions.SetDataAsync"/>), as it was when the session was found.</summary>
    /// <value>Empty if nothing is kept.</value>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Gets the version of <see cref="Data"/>, which grows with each change: whoever keeps it finds data that are no older by <see cref="UserSessions.FindWithDataAsync"/>.</summary>
    /// <value>0 if nothing was ever kept.</value>
    public long DataVersion { get; }

    /// <summary>Returns the time of the sign-in.</summary>
    /// <returns>One line without the key.</returns>
    public override string ToString() => $"session since {SignedInOn:O}";
}
