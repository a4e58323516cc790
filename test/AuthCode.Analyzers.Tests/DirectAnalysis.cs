using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AuthCode.Analyzers.Tests;

/// <summary>Runs the actions of an analyzer on the calling thread, whose stack a test chooses: the compiler's driver takes threads of its own.</summary>
internal sealed class DirectAnalysis : AnalysisContext
{
    private static readonly AnalyzerOptions NoOptions = new([]);
    private Action<CompilationStartAnalysisContext>? _start;

    /// <summary>Analyzes the bodies of methods.</summary>
    /// <returns>What is reported about them, apart from what is reported at the end of the compilation.</returns>
    internal static List<Diagnostic> Of(DiagnosticAnalyzer analyzer, Compilation compilation, IEnumerable<(ISymbol Method, ImmutableArray<IOperation> Blocks)> methods)
    {
        var context = new DirectAnalysis();
        analyzer.Initialize(context);
        var started = new Started(compilation);
        context._start!(started);
        List<Diagnostic> reported = [];
        foreach ((ISymbol method, ImmutableArray<IOperation> blocks) in methods)
        {
            started.Check(method, blocks, reported.Add);
        }

        return reported;
    }

    /// <summary>Analyzes the bodies of methods, each on a thread of its own. All threads begin at once.</summary>
    /// <returns>How much is reported about them, apart from what is reported at the end of the compilation.</returns>
    internal static int CountAtOnce(DiagnosticAnalyzer analyzer, Compilation compilation, IReadOnlyCollection<(ISymbol Method, ImmutableArray<IOperation> Blocks)> methods)
    {
        var context = new DirectAnalysis();
        analyzer.Initialize(context);
        var started = new Started(compilation);
        context._start!(started);
        int count = 0;
        using var gate = new Barrier(methods.Count);
        Thread[] threads = [.. methods.Select(method => new Thread(() =>
        {
            gate.SignalAndWait();
            started.Check(method.Method, method.Blocks, _ => Interlocked.Increment(ref count));
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        return count;
    }

    public override void RegisterCompilationStartAction(Action<CompilationStartAnalysisContext> action) => _start = action;

    public override void ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags analysisMode)
    {
    }

    public override void EnableConcurrentExecution()
    {
    }

    public override void RegisterCompilationAction(Action<CompilationAnalysisContext> action) => throw new NotSupportedException();

    public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) => throw new NotSupportedException();

    public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) => throw new NotSupportedException();

    public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) => throw new NotSupportedException();

    public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => throw new NotSupportedException();

    public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) => throw new NotSupportedException();

    public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) => throw new NotSupportedException();

    private sealed class Started(Compilation compilation) : CompilationStartAnalysisContext(compilation, NoOptions, CancellationToken.None)
    {
        private Action<OperationBlockAnalysisContext>? _check;

        internal void Check(ISymbol method, ImmutableArray<IOperation> blocks, Action<Diagnostic> report) =>
#pragma warning disable CS0618 // CompilationWithAnalyzers, which replaces it, does not run on the calling thread.
            _check!(new OperationBlockAnalysisContext(blocks, method, Compilation, NoOptions, report, static _ => true, CancellationToken.None));
#pragma warning restore CS0618

        public override void RegisterOperationBlockAction(Action<OperationBlockAnalysisContext> action) => _check = action;

        public override void RegisterCompilationEndAction(Action<CompilationAnalysisContext> action)
        {
        }

        public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) => throw new NotSupportedException();

        public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) => throw new NotSupportedException();

        public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) => throw new NotSupportedException();

        public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => throw new NotSupportedException();

        public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) => throw new NotSupportedException();

        public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) => throw new NotSupportedException();
    }
}
