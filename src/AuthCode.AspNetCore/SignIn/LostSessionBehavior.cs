namespace AuthCode;

/// <summary>Specifies what happens to a user whose cookie is valid, and whose session is lost.</summary>
public enum LostSessionBehavior
{
    /// <summary>The user is signed out, and signs in again when a page requires it: usually without seeing a page of the authorization server.</summary>
    SignInAgain = 0,

    /// <summary>The user stays signed in, without tokens. A token call fails with <see cref="AuthenticationFailedException.IsSignInRequired"/>.</summary>
    KeepUser = 1,
}
