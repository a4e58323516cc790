namespace AuthCode;

/// <summary>Specifies what happens to a user whose cookie is valid, and whose session is lost.</summary>
public enum LostSessionBehavior
{
    /// <summary>The user is signed out, and signs in again when a page requires it: usually without seeing a page of the authorization server.</summary>
    SignInAgain = 0,

    /// <summary>The user stays signed in, without tokens. A token call fails with <see cref="AuthenticationFailedException.IsSignInRequired"/>. For a client with a store: without one, a restart makes every session a lost one, also those that had ended.</summary>
    KeepUser = 1,
}
