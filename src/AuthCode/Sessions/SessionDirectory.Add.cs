using System.Security.Cryptography;

namespace AuthCode;

/// <content>How sessions begin.</content>
internal sealed partial class SessionDirectory
{
    /// <summary>Adds the session of a user who has just signed in, and stores it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="user">The user.</param>
    /// <param name="startedOn">When the sign-in was started.</param>
    /// <param name="redeemedOn">When its code was sent to be redeemed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The key of the session.</returns>
    /// <exception cref="AuthenticationFailedException">The user has signed out meanwhile, so that no session begins.</exception>
    internal async Task<string> AddAsync(TokenSession session, SessionUser user, DateTimeOffset startedOn, DateTimeOffset redeemedOn, CancellationToken cancellationToken)
    {
        string key = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(KeyOctets));
        DateTimeOffset now = _factory.Time.GetUtcNow();
        if (_vault is not { } vault)
        {
            KnownSession added = Know(key, now, session, user);
            _memory.Add(added);
            if (HasEndedHere(user, startedOn, redeemedOn))
            {
                throw Refuse(added);
            }

            return key;
        }

        // Before the session can be found: a sign-out at the server that comes meanwhile ends it.
        if (!await LinkAsync(vault, user, key, startedOn).ConfigureAwait(false))
        {
            throw Failures.EndedElsewhere().ToException();
        }

        long notices = _memory.Notices;
        string accountKey = user.AccountKey;
        bool isOver = false;
        AccountEntry? account = await UpdateAccountAsync(accountKey, Enter).ConfigureAwait(false);
        AccountEntry current = account ?? (_untoldAccounts.GetValueOrDefault(accountKey) ?? PostponedAccount.None).ApplyTo(AccountEntry.None);
        if (isOver || (account is null && current.HasEndedWithin(redeemedOn, _factory.Time.GetUtcNow())))
        {
            throw Failures.EndedElsewhere().ToException();
        }

        DateTimeOffset signedInOn = current.SignInTime(now);
        if (account is null)
        {
            Postpone(accountKey, postponed => postponed.SignedInAt(key, signedInOn));
        }

        KnownSession known = Know(key, signedInOn, session, user);
        var shared = new SharedSession(vault, known, version: 0);
        _memory.Add(known);
        if (!await TryShareAsync(session, shared, cancellationToken).ConfigureAwait(false))
        {
            throw Refuse(known);
        }

        if (_memory.Notices != notices)
        {
            // One that came before the session was in memory may have been about its account.
            session.NoteChange();
        }

        return key;

        AccountEntry Enter(AccountEntry entry)
        {
            isOver = entry.HasEndedWithin(redeemedOn, _factory.Time.GetUtcNow());
            return isOver ? entry : entry.WithSignIn(key, now);
        }
    }

    /// <summary>Stores a session that has just begun.</summary>
    /// <returns>Whether it goes on: not if it was ended before it was stored.</returns>
    private static async ValueTask<bool> TryShareAsync(TokenSession session, SharedSession shared, CancellationToken cancellationToken)
    {
        if (await session.ShareAsync(shared, cancellationToken).ConfigureAwait(false) is var written and not StoreWrite.Conflict)
        {
            return written is not null;
        }

        // Nobody else knows the key: it is the mark of an end, or what a store that repeats its writes has written itself.
        session.NoteChange();
        return await session.RevalidateAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private bool HasEndedHere(SessionUser user, DateTimeOffset startedOn, DateTimeOffset redeemedOn) =>
        _accountEnds.HasEndedSince(user.AccountKey, redeemedOn)
        || (user.ServerSession is { } serverSession && _serverEnds.HasEndedSince(EndOf(user.Issuer, serverSession), startedOn));

    private AuthenticationFailedException Refuse(KnownSession known)
    {
        _memory.Remove(known);
        End(known, SessionEnd.SignedOutAtServer, null);
        NoteAbsent(known.Key, UserSessionStatus.Ended);
        return Failures.EndedElsewhere().ToException();
    }
}
