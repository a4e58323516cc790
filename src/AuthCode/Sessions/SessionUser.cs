using System.Buffers.Binary;
using System.Text;

namespace AuthCode;

/// <summary>The user of a session, in few bytes: a process holds many sessions, and looks at the user of each about once an hour.</summary>
internal sealed class SessionUser
{
    private const int Lengths = 5 * sizeof(int);
    private const int None = -1;

    // No server counts so far.
    private const long NoInstant = long.MaxValue;

    // What no other user has, as UTF-8 behind its lengths: the subject, the object ID, the session at the server, the account if it
    // cannot be computed, and the sign-out hint.
    private readonly byte[] _texts;

    // What many users have in common.
    private readonly string? _homeTenant;
    private readonly string? _authorizedParty;
    private readonly IReadOnlyList<string>? _audiences;

    // To find the sessions of an account among many.
    private readonly int _accountHash;

    private readonly ulong _nonceHash;
    private readonly long _authenticatedOn;

    /// <param name="subject">The user.</param>
    /// <param name="accountKey">The key that the service knows the user by.</param>
    /// <param name="pool">Has the texts that users have in common.</param>
    /// <param name="signOutHint">What tells the server who signs out.</param>
    internal SessionUser(TokenSubject subject, string accountKey, TextPool pool, string? signOutHint = null)
    {
        string? homeTenant = subject.ObjectId is { } objectId && accountKey.StartsWith(objectId + ".", StringComparison.Ordinal) ? accountKey[(objectId.Length + 1)..] : null;
        bool isComputed = subject.KeyOf(homeTenant) == accountKey;
        _homeTenant = isComputed && homeTenant is not null ? pool.Share(homeTenant) : null;
        _authorizedParty = subject.AuthorizedParty is { } party ? pool.Share(party) : null;
        _audiences = subject.Audiences is { } audiences ? pool.Share([.. audiences]) : null;
        _nonceHash = subject.NonceHash;
        _authenticatedOn = subject.AuthenticatedOn ?? NoInstant;
        _texts = Pack(subject.Subject, subject.ObjectId, subject.ServerSession, isComputed ? null : accountKey, signOutHint);
        _accountHash = HashOf(accountKey);
        Issuer = pool.Share(subject.Issuer);
    }

    internal readonly string Issuer;

    /// <summary>The session at the server (<c>sid</c>); <see langword="null"/> if the server named none.</summary>
    internal string? ServerSession => Text(2);

    /// <summary>The key that the service knows the user by.</summary>
    internal string AccountKey => Text(3) ?? Subject.KeyOf(_homeTenant);

    /// <summary>What tells the server who signs out: the ID token, or the <c>login_hint</c> claim where the server takes that; <see langword="null"/> if there is none.</summary>
    internal string? SignOutHint => Text(4);

    /// <summary>Whether the user has an account.</summary>
    /// <param name="accountKey">The account.</param>
    /// <param name="hash">Its <see cref="HashOf"/>, which a search among many users computes once.</param>
    internal bool HasAccount(string accountKey, int hash) => _accountHash == hash && AccountKey == accountKey;

    internal static int HashOf(string text) => string.GetHashCode(text, StringComparison.Ordinal);

    /// <summary>The user, to compare with that of another ID token.</summary>
    internal TokenSubject Subject => new(Issuer, Text(0)!, Text(1), _authenticatedOn == NoInstant ? null : _authenticatedOn, _authorizedParty, _nonceHash, _audiences, ServerSession);

    public override string ToString() => $"a user of {Issuer}";

    private static byte[] Pack(params ReadOnlySpan<string?> texts)
    {
        int size = Lengths;
        foreach (string? text in texts)
        {
            size += Encoding.UTF8.GetByteCount(text ?? "");
        }

        byte[] packed = new byte[size];
        int end = Lengths;
        for (int i = 0; i < texts.Length; i++)
        {
            int length = Encoding.UTF8.GetBytes(texts[i] ?? "", packed.AsSpan(end));
            BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(i * sizeof(int)), texts[i] is null ? None : length);
            end += length;
        }

        return packed;
    }

    private string? Text(int index)
    {
        int start = Lengths;
        for (int i = 0; i < index; i++)
        {
            start += Math.Max(0, LengthOf(i));
        }

        int length = LengthOf(index);
        return length == None ? null : Encoding.UTF8.GetString(_texts.AsSpan(start, length));
    }

    private int LengthOf(int index) => BinaryPrimitives.ReadInt32LittleEndian(_texts.AsSpan(index * sizeof(int)));
}
