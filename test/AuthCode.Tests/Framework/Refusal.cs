using NUnit.Framework.Constraints;

namespace AuthCode.Tests;

/// <summary>What a caller's mistake must end in: an exception that names the parameter, says what is right, and repeats no secret.</summary>
internal static class Refusal
{
    /// <summary>Stands in malformed values, so that a message that repeats them is found.</summary>
    internal const string Canary = "c4n4ry";

    /// <summary>An <see cref="ArgumentException"/>, and not one of its subclasses.</summary>
    internal static IResolveConstraint Of(string parameter, string whatIsRight) => Of<ArgumentException>(parameter, whatIsRight);

    internal static IResolveConstraint Of<T>(string parameter, string whatIsRight)
        where T : ArgumentException =>
        Silent(Throws.TypeOf<T>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(parameter)
            .And.Message.Contains(whatIsRight));

    internal static IResolveConstraint OfNull(string parameter) =>
        Silent(Throws.TypeOf<ArgumentNullException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(parameter));

    private static ContainsConstraint Silent(Constraint constraint) => constraint
        .And.Message.Not.Contains(The.Code)
        .And.Message.Not.Contains(The.Secret)
        .And.Message.Not.Contains(The.Verifier)
        .And.Message.Not.Contains(Canary);
}
