namespace AuthCode.Tests.Scenarios.Model;

/// <summary>A session as the rules tell it, without regard to speed: a list of tokens and what is left to get more with.</summary>
internal sealed class ReferenceSession(DateTimeOffset start)
{
    private static readonly TimeSpan BeforeEnd = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly List<Token> _tokens = [];
    private readonly Dictionary<string, DateTimeOffset> _refused = [];
    private DateTimeOffset _now = start;
    private bool _codePending = true;
    private bool _ended;
    private int _lost;
    private int _serial;

    internal int Requests { get; private set; }

    /// <summary>The token that the step gets, by its number, or null when it fails.</summary>
    internal int? Take(SessionStep step)
    {
        _now += SessionStep.Waits[step.Wait];
        Token? valid = Find(step);
        if (valid is not null && valid.Due > _now)
        {
            return valid.Serial;
        }

        if (valid is not null)
        {
            // While one caller renews it the others are served, and after a failure everyone is.
            valid.Due = Min(_now + Pause, valid.Expires);
        }

        bool isRefused = _refused.TryGetValue(KeyOf(step), out DateTimeOffset refusedOn) && _now - refusedOn < Pause;
        return (_ended || isRefused ? null : Ask(step)) ?? valid?.Serial;
    }

    /// <summary>Each token lives a second longer than the one before, so that no two are due at the same time.</summary>
    internal static int LifeInSeconds(int serial) => 3600 + serial;

    private int? Ask(SessionStep step)
    {
        Requests++;
        switch (step.Fault)
        {
            case Fault.None:
                _codePending = false;
                return Keep(step);
            case Fault.Lost when _codePending:
                _ended = ++_lost == 2;
                return null;
            case Fault.Malformed when _codePending:
            case Fault.InvalidGrant when step.Tenant == 0:
                _ended = true;
                return null;
            case Fault.InvalidGrant or Fault.Refused:
                _refused[KeyOf(step)] = _now;
                return null;
            default:
                return null;
        }
    }

    private int Keep(SessionStep step)
    {
        DateTimeOffset expires = _now.AddSeconds(LifeInSeconds(++_serial));
        var token = new Token(_serial, Set(step.Asked), Set(step.Grant), step.Tenant, step.Claims, step.Cae, expires) { Due = expires - BeforeEnd };
        _tokens.RemoveAll(old => old.Expires <= _now || IsSame(old, token, token.Claims));
        if (step.Claims != 0)
        {
            // No claims of these say that older tokens have been revoked: tokens of other claims stay.
            _tokens.RemoveAll(old => old.Tenant == token.Tenant && old.Claims == 0
                && (Touch(token.Asked, old.Asked) || Touch(token.Asked, old.Granted) || Touch(token.Granted, old.Granted)));
            _tokens.Add(token with { Claims = 0, Shared = token.Shared });
        }

        _tokens.Add(token);
        return token.Serial;
    }

    private Token? Find(SessionStep step)
    {
        HashSet<string> asked = Set(step.Asked);
        Token[] slot = [.. _tokens.Where(token => token.Tenant == step.Tenant && token.Claims == step.Claims && token.Cae == step.Cae && token.Expires > _now)];
        Token? own = slot.SingleOrDefault(token => token.Asked.SetEquals(asked));
        Token? covering = slot.Where(token => Covers(token.Granted, asked)).MaxBy(static token => token.Due);
        return own?.Due > _now ? own
            : covering?.Due > _now ? covering
            : own ?? covering;
    }

    private static string KeyOf(SessionStep step) => $"{string.Join(' ', Set(step.Asked).Order(StringComparer.Ordinal))} {step.Tenant} {step.Claims} {step.Cae}";

    private static bool IsSame(Token old, Token token, int claims) =>
        old.Asked.SetEquals(token.Asked) && old.Tenant == token.Tenant && old.Claims == claims && old.Cae == token.Cae;

    // Reserved scopes count only where there are no others.
    private static HashSet<string> Set(string[] scopes)
    {
        string[] counting = [.. scopes.Where(static scope => scope is not ("openid" or "profile" or "offline_access"))];
        return [.. counting.Length == 0 ? scopes : counting];
    }

    private static bool Covers(HashSet<string> granted, HashSet<string> asked) => asked.IsSubsetOf(granted);

    private static bool Touch(HashSet<string> one, HashSet<string> other) => one.Overlaps(other);

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>When a token is due is one fact, whichever entry it is found by.</summary>
    private sealed class DueTime
    {
        internal DateTimeOffset At { get; set; }
    }

    private sealed record Token(int Serial, HashSet<string> Asked, HashSet<string> Granted, int Tenant, int Claims, bool Cae, DateTimeOffset Expires)
    {
        internal DueTime Shared { get; init; } = new();

        internal DateTimeOffset Due
        {
            get => Shared.At;
            set => Shared.At = value;
        }
    }
}
