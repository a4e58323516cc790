namespace AuthCode;

/// <summary>The names and values of attributes. None is of a user, an account, a session, a tenant or a scope.</summary>
internal static class Attributes
{
    internal const string Attempt = "authcode.attempt";
    internal const string ErrorType = "error.type";
    internal const string GrantType = "oauth.grant_type";
    internal const string Operation = "authcode.operation";
    internal const string Outcome = "authcode.outcome";
    internal const string Reason = "authcode.reason";
    internal const string Result = "authcode.result";
    internal const string ServerAddress = "server.address";
    internal const string Source = "authcode.source";

    // What the cache had for a caller.
    internal const string Hit = "hit";
    internal const string Due = "due";
    internal const string Miss = "miss";

    // Where the token of a caller who waited came from.
    internal const string Code = "code";
    internal const string Refresh = "refresh";
    internal const string Store = "store";
    internal const string Joined = "joined";

    // What is done with the store.
    internal const string Read = "read";
    internal const string Write = "write";
    internal const string End = "end";

    // What came of a call of the store, or of the wait for a lease.
    internal const string Ok = "ok";
    internal const string Conflict = "conflict";
    internal const string Absent = "absent";
    internal const string Unreadable = "unreadable";
    internal const string Error = "error";
    internal const string Acquired = "acquired";
    internal const string Adopted = "adopted";
    internal const string Taken = "taken";
}
