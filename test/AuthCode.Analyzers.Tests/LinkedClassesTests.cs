using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE002 in a project with thousands of classes that refer to each other: all are looked into, each once, with little of the stack.</summary>
internal sealed class LinkedClassesTests
{
    private const int Count = 3000;

    [TestCase("public BlobServiceClient? Client;", Count, TestName = "A circle of classes that holds a client is reported")]
    [TestCase("public string? Name;", 0, TestName = "A circle of classes of data is not reported")]
    public void Classes_that_refer_to_each_other_are_looked_into(string member, int expected)
    {
        CSharpCompilation compilation = AnalyzedCode.Compile(Circle(member), withAuthCode: true);
        SyntaxTree tree = compilation.SyntaxTrees.Single();
        SemanticModel model = compilation.GetSemanticModel(tree);
        MethodDeclarationSyntax run = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Single(static method => method.Identifier.Text == "Run");
        ImmutableArray<IOperation> blocks = [model.GetOperation(run.Body!)!];

        int reported = -1;
        var thread = new Thread(() => reported = DirectAnalysis.Of(new UserCredentialAnalyzer(), compilation, [(model.GetDeclaredSymbol(run)!, blocks)]).Count, maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();

        Assert.That(reported, Is.EqualTo(expected));
    }

    /// <summary>The compiler analyzes methods on several threads. None is misled by what another has just found out.</summary>
    [Test]
    public void Threads_that_look_into_the_same_classes_at_once_report_all_of_them()
    {
        const int threads = 8, rounds = 400, classes = 60;
        string[] names = [.. Enumerable.Range(0, threads).Select(static thread => $"Run{thread}")];
        CSharpCompilation compilation = AnalyzedCode.Compile($$"""
            internal static class Program
            {
                private static Linked0? _first;
                private static Linked0 Create(TokenCredential credential) => new();
                {{string.Join('\n', names.Select(static name => $"internal static void {name}(UserCredential credential) => _first = Create(credential);"))}}
            }

            {{string.Join('\n', Enumerable.Range(0, classes).Select(static number => $"internal sealed class Linked{number} {{ public {(number == classes - 1 ? "BlobServiceClient" : $"Linked{number + 1}")}? Next; }}"))}}
            """, withAuthCode: true);
        SyntaxTree tree = compilation.SyntaxTrees.Single();
        SemanticModel model = compilation.GetSemanticModel(tree);
        (ISymbol, ImmutableArray<IOperation>)[] methods = [.. tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(method => names.Contains(method.Identifier.Text))
            .Select(method => ((ISymbol)model.GetDeclaredSymbol(method)!, ImmutableArray.Create(model.GetOperation(method.ExpressionBody!)!)))];

        int[] reported = [.. Enumerable.Range(0, rounds).Select(_ => DirectAnalysis.CountAtOnce(new UserCredentialAnalyzer(), compilation, methods)).Distinct()];

        Assert.That(reported, Is.EqualTo(new[] { threads }));
    }

    // Each class is asked about on its own, as what a static field gets. The last one has the member, and all lead to it.
    private static string Circle(string member) => $$"""
        internal static class Program
        {
            {{All(static number => $"private static Linked{number}? _linked{number}; private static Linked{number} Create{number}(TokenCredential credential) => new();")}}
            internal static void Run(UserCredential credential)
            {
                {{All(static number => $"_linked{number} = Create{number}(credential);")}}
            }
        }

        {{All(number => $"internal sealed class Linked{number} {{ public Linked{(number + 1) % Count}? Next; {(number == Count - 1 ? member : "")} }}")}}
        """;

    private static string All(Func<int, string> create) => string.Join('\n', Enumerable.Range(0, Count).Select(create));
}
