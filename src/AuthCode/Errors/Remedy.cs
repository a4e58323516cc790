namespace AuthCode;

/// <summary>What helps against a failure.</summary>
internal enum Remedy
{
    /// <summary>Correcting the request, the configuration or the environment.</summary>
    Correction,

    /// <summary>A new sign-in of the user.</summary>
    SignIn,

    /// <summary>Time: the same call may succeed later, although nobody does anything.</summary>
    Time,
}
