using System.Reflection;
using System.Runtime.CompilerServices;

namespace AuthCode.Tests.House;

internal sealed class ConventionTests
{
    private static readonly string[] WordsThatSayNothing = ["Helper", "Util", "Utils", "Manager", "Service", "Impl", "Common"];

    private static Type[] Types => [.. typeof(AuthorizationCodeCredential).Assembly.GetTypes().Where(static type =>
        type.Namespace == nameof(AuthCode) && !type.IsDefined(typeof(CompilerGeneratedAttribute)) && !type.Name.Contains('<', StringComparison.Ordinal))];

    [Test]
    public void All_types_are_in_one_namespace() => Assert.That(
        typeof(AuthorizationCodeCredential).Assembly.GetExportedTypes().Select(static type => type.Namespace).Distinct(), Is.EqualTo(new[] { "AuthCode" }));

    [Test]
    public void Classes_are_sealed_unless_they_are_made_for_inheritance()
    {
        Type[] open = [.. Types.Where(static type => type is { IsClass: true, IsSealed: false, IsAbstract: false })];

        Assert.That(open, Is.EquivalentTo(new[]
        {
            // For mocking, and as Azure.Identity has them.
            typeof(AuthorizationCodeCredential), typeof(AuthenticationFailedException),
            typeof(AuthorizationCodeCredentialOptions), typeof(AuthorizationCodeClientOptions), typeof(AuthorizationRequestOptions), typeof(AuthorizationCodeClient), typeof(UserSessions), typeof(AuthorizationServerOptions),
        }));
    }

    [Test]
    public void Names_say_something() => Assert.That(
        Types.Where(static type => WordsThatSayNothing.Any(word => type.Name.EndsWith(word, StringComparison.Ordinal))), Is.Empty);

    [Test]
    public void No_interface_has_one_implementation() => Assert.That(Types.Where(static type => type is { IsInterface: true, IsPublic: false }), Is.Empty);

    [Test]
    public void No_static_field_changes() => Assert.That(
        Types.SelectMany(static type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(static field => !field.IsInitOnly && !field.IsLiteral && !field.Name.Contains('<', StringComparison.Ordinal)),
        Is.Empty);

    [Test]
    public void No_method_is_async_void() => Assert.That(
        Types.SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(static method => method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute))),
        Is.Empty);

    [TestCase("AuthCode")]
    [TestCase("AuthCode.Testing")]
    [TestCase("AuthCode.Extensions")]
    [TestCase("AuthCode.Redis")]
    [TestCase("AuthCode.AspNetCore")]
    public void Files_are_small(string project) => Assert.That(
        RepositoryRoot.SourcesOf(project).Where(static file => File.ReadLines(file).Count() > 250).Select(Path.GetFileName), Is.Empty);

    [Test]
    public void The_referenced_assemblies_hold_no_MSAL()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<Assembly>([typeof(AuthorizationCodeCredential).Assembly]);
        while (open.TryPop(out Assembly? assembly))
        {
            // Azure.Core from 1.53 on refers to MSAL by itself: what it refers to is no reference of ours.
            IEnumerable<AssemblyName> references = assembly.GetName().Name == "Azure.Core" ? [] : assembly.GetReferencedAssemblies();
            foreach (AssemblyName reference in references.Where(reference => seen.Add(reference.Name!)))
            {
                open.Push(Assembly.Load(reference));
            }
        }

        Assert.Multiple(() =>
        {
            Assert.That(seen, Has.Member("Polly.Core"));
            Assert.That(seen.Where(static name => name.StartsWith("Microsoft.Identity.Client", StringComparison.Ordinal)), Is.Empty);
        });
    }
}
